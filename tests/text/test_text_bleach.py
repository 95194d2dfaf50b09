"""The hub's walker finds what the one that bleach brings finds."""

import random

import bleach

from hub import text

BITS = (
    "<p>¦</p>¦a¦<br>¦<b>¦</b>¦<ul><li>¦</li>¦</ul>¦x &amp; y¦<svg>¦</svg>¦<math><mi>¦<!-- c -->¦<table><tr><td>"
    "¦</td></tr></table>¦<script>¦</script>¦<a href='http://a.jp'>¦</a>¦<style>¦</style>¦text ¦<div>¦</div>¦<pre>¦\n"
    "¦<noscript>¦<template>¦<!DOCTYPE html>¦<td>¦<select><option>¦<code>¦</code>¦<blockquote>¦<span class=mention>¦<"
).split("¦")


def test_both_walkers_say_the_same() -> None:
    luck = random.Random(1)
    for _ in range(1_500):
        html = "".join(luck.choices(BITS, k=luck.randint(1, 25)))
        with_ours = text._cleaner()
        with_theirs = text._cleaner()
        with_theirs.walker = bleach.html5lib_shim.getTreeWalker("etree")
        assert with_ours.clean(html) == with_theirs.clean(html), html
