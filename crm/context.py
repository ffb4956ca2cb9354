"""What the frame around every page needs to know."""


def shell(request):
    return {}
