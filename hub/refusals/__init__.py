"""A form that is refused comes back: on its own page, with what was typed and with what is wrong at the field."""
