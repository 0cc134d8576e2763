"""What a table's rows hang on, and so who may read them."""

from enum import StrEnum


class Sight(StrEnum):
    THREAD = "thread-bound"
    PARTY = "party-bound"
    DESK = "desk-bound"
    PERSON = "person-bound"
    PUBLIC = "public"
    MACHINERY = "machinery"
