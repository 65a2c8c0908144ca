"""Markup with which readers of HTML may differ, and a second reader for well-formed pages, to compare with."""

from collections.abc import Sequence
from html.parser import HTMLParser

WELL_FORMED = (
    "<p>One <b>two</b> three</p>",
    "<p>a&nbsp;b &amp;colon; &lt;i&gt; &#8217; &hellip; &copy;</p>",
    '<a href="x.html?a=1&amp;b=2#c" title="&lt;T&gt; &quot;q&quot;">l</a><a name="here">n</a>',
    '<svg viewBox="0 0 9 9"><title>Map</title><a href="#u"><text>HR <tspan>Sys</tspan></text></a><use href="#s"/></svg>',
    '<svg><a xlink:href="old.html"><path id="p"/></a></svg>',
    '<img src="a.png" alt="An image" srcset="b.png 2x, c.png 3x"><video poster="p.png"></video>',
    "<script>let a = '<p>no</p>'</script><style>p::after { content: '<b>no</b>' }</style><p>yes</p>",
    "<p>before<!-- <p>no</p> -->after</p>",
    '<ul><li>a<ul><li aria-label="L">b</li></ul></li></ul><table><tr><th>h</th></tr><tr><td>d</td></tr></table>',
    "<p dir=rtl>مُعَلِّم <bdi>LER</bdi> עִבְרִית</p><p>证书系统 🎓 e\u0301</p>",
    "<form action='search.html'><input id=q placeholder=Search><button formaction='x'>Go</button></form>",
    "<details><summary>More</summary>less</details><noscript>without scripts</noscript>",
)
"""Read alike by every reader."""

MENDED = (
    "<p>one<p>two<div>three</p>four",
    "<table>before<tr><td>cell</table>after",
    "<p>a < b and c > d & e</p>",
    "<textarea><b>as written</b></textarea><p>then</p>",
    "<title>A <b>title</b></title><p>x</p>",
    '<p title="one" title="two" title>double</p>',
    "<p>text<!-- never closed <p>gone</p>",
    "<a href='x'>one<a href='y'>two</a>",
    "<b><i>crossed</b>over</i>",
    "<template><p>kept back</p></template><p>shown</p>",
    "<select><option>a<option>b</select>",
    "<p>&para;meter &notit; &amp &#x80; &#0;</p><a href='?a=1&copy=2'>x</a>",
    "<svg><p>out of the drawing</p><script>no()</script></svg>",
    "<script>document.title = '</p>'</script ><p>after",
    "</p></div>nothing open<br/>",
    "<plaintext>all <b>as it is</b>",
)
"""Markup with mistakes in it, which browsers mend as the standard says."""


class OtherReader(HTMLParser):
    """What a page says, by Python's own reader."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self.spoken: list[str] = []
        self.references: set[tuple[str, str, str]] = set()
        self.anchors: set[str] = set()
        self._silent = 0
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        self._silent += tag in ("script", "style")
        for name, value in attrs:
            if not value:
                continue
            if name in ("alt", "title", "aria-label"):
                self.spoken.append(value)
            elif name == "id" or (name == "name" and tag == "a"):
                self.anchors.add(value)
            elif name in ("href", "src", "xlink:href", "poster", "data", "action", "formaction"):
                self.references.add((tag, name, value))
            elif name == "srcset":
                self.references |= {(tag, name, each.split()[0]) for each in value.split(",")}

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self._silent -= tag in ("script", "style")

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.texts.append(data)
