"""Names in other cases, and names that are only like the owner's."""

import pytest

from creditline.credit.identity import identity_of
from creditline.credit.inflected import oblique_forms


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Paweł Drzewicki", "zdjęcia Pawła Drzewickiego"),
        ("Petr Novotný", "foto Petra Novotného"),
        ("Марина Ковтун", "світлина Марини Ковтун"),
        ("Андрей Соколов", "фото Андрея Соколова"),
        ("Jonas Petraitis", "Jono Petraičio nuotr."),
        ("Ελένη Καλογρίδη", "φωτογραφία της Ελένης Καλογρίδη"),
        ("Anna Vepsäläinen", "Anna Vepsäläisen kuva"),
        ("Zofia Wrona", "fot. Zofii Wrony"),
    ],
)
def test_a_name_in_another_case_is_the_owners(name, written):
    identity = identity_of((name,), (), ())
    assert identity.find(written) is not None or identity.may_be_named(written)


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Petr Novotný", "Petra Novotná"),
        ("Nora Quill", "Norah Quillan"),
        ("Jan Kowal", "Jana Kowal"),
        ("Ivan Petrov", "Ivana Petrova"),
    ],
)
def test_a_name_like_the_owners_is_not_found(name, other):
    assert identity_of((name,), (), ()).find(f"Foto: {other}") is None


def test_a_surname_alone_may_be_the_owner():
    identity = identity_of(("Henrike Lassow",), (), ())
    assert identity.find("Foto Lassow") is None
    assert identity.may_be_named("Lassow")
    assert not identity.may_be_named("Klaus Lassow-Immer Verlag")
    assert not identity.may_be_named("Klaus Immer")


def test_short_words_have_no_forms():
    assert oblique_forms("li") == ()
