"""Serves a named few files of node_modules as static files, and nothing else of it."""

from pathlib import Path, PurePosixPath

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.storage import HashedFilesMixin
from django.core.files.storage import FileSystemStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage


def _without_source_maps(group):
    extension, patterns = group
    kept = tuple(
        p for p in patterns if "sourceMappingURL" not in (p if isinstance(p, str) else p[0])
    )
    return (extension, kept) if kept else None


class NoSourceMapStorage(CompressedManifestStaticFilesStorage):
    """Manifest storage that does not insist on the .map files which are not collected."""

    patterns = tuple(filter(None, map(_without_source_maps, HashedFilesMixin.patterns)))


class NpmFinder(BaseFinder):
    """Finds `vendor/<package>/<file>` for the files that settings.NPM_FILES lists."""

    def __init__(self, *args, **kwargs):
        self.root = Path(settings.NPM_ROOT)
        self.storage = FileSystemStorage(location=str(self.root))
        self.storage.prefix = "vendor"

    def _relative_names(self):
        for package, patterns in settings.NPM_FILES.items():
            for pattern in patterns:
                hits = sorted(p for p in (self.root / package).glob(pattern) if p.is_file())
                if not hits:
                    raise FileNotFoundError(
                        f"缺少前端文件 {package}/{pattern}，请先执行 make setup"
                    )
                yield from (hit.relative_to(self.root).as_posix() for hit in hits)

    def find(self, path, find_all=False, **kwargs):
        pure = PurePosixPath(path)
        if pure.parts[:1] != ("vendor",):
            return []
        relative = str(pure.relative_to("vendor"))
        if relative not in set(self._relative_names()):
            return []
        full = str(self.root / relative)
        return [full] if find_all else full

    def list(self, ignore_patterns):
        for name in self._relative_names():
            yield name, self.storage

    def check(self, **kwargs):
        return []
