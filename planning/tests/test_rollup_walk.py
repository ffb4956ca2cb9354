"""Whatever happens to the plans below: the plan above is their sum, after every single verb."""

import random
import threading

import pytest
from django.db import connection, transaction

from planning.tests.walking import Tree
from tests.sizes import size

STEPS = 60


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(1, size(4, 40)))
def test_after_every_verb_every_parent_is_the_sum_of_what_counts(seed):
    chance = random.Random(seed)
    tree, done = Tree(chance), []
    for _ in range(STEPS):
        if verb := tree.try_step(chance):
            done.append(verb)
            assert not tree.faults(), done
    assert len({verb.split()[0] for verb in done}) >= 5, done


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
def test_under_two_writers_every_parent_is_the_sum_of_what_counts():
    tree, faults, done = Tree(random.Random(5)), [], []

    def walk(seed: int) -> None:
        chance = random.Random(seed)
        try:
            for _ in range(STEPS):
                if verb := tree.try_step(chance):
                    done.append(verb)
                    faults.extend(_faults_of_one_moment(tree))
        finally:
            connection.close()

    writers = [threading.Thread(target=walk, args=(seed,)) for seed in (3, 4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert not faults
    assert len(done) > STEPS // 2


def _faults_of_one_moment(tree: Tree) -> list[str]:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        return tree.faults()
