"""The independent checker: whether steps, proofs and witnesses of a report follow from its claims file.

Words. A **law** is a relation as it stands in the claims file. A **step** says that one quantity lies in a
range, because of a claim, a hard limit or a law and the ranges of earlier steps; its **basis** is all that it
rests on. A **proof** is a set of steps, under case distinctions; a **witness** is a value for each quantity.
Everything is in base units and exact. What could not be checked within the effort allowed counts as refused.

Shared with the rest of claimcheck is only the front end, which says what is written in the claims file.
"""
