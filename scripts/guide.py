"""Makes one self-contained page of the pages in docs/ja, for `enmusubi guide`.

Links from page to page lead to its chapters; what lies outside docs/ja is named and not linked, as the page stands alone. Pictures
are put in small. A picture that has not changed stays as it was written, so that the page does not depend on how another version
of the library would write it.
"""

import base64
import hashlib
import html
import io
import pathlib
import re
import sys

import markdown_it
import PIL.Image

ROOT = pathlib.Path(__file__).resolve().parents[1]
PAGES = ROOT / "docs/ja"
GUIDE = ROOT / "Sources/Guide/guide.html"
# The chapters in the order in which they are read.
CHAPTERS = [
    "README", "first-day", "service", "monthly", "month-played", "files", "points", "warnings", "messages", "pages", "letters", "ways-out",
    "glossary", "privacy", "report-a-fault",
]
# Pictures are not wider than this.
WIDEST = 760

STYLE = """
:root{--ink:#1b2430;--soft:#4a5563;--line:#d5dbe3;--wash:#f4f6f9;--accent:#124a86}
*{box-sizing:border-box}
body{margin:0;color:var(--ink);background:#fff;font:16px/1.75 "Noto Sans CJK JP","Noto Sans JP","Yu Gothic UI","Meiryo",system-ui,sans-serif}
header,nav,main{max-width:56rem;margin:0 auto;padding:0 1.2rem}
header{padding-top:2rem}header p{color:var(--soft);margin:.2rem 0}
h1{font-size:1.8rem;margin:0}
nav ol{columns:2;padding-left:1.4rem;line-height:2}
a{color:var(--accent)}:focus-visible{outline:3px solid #f0a500;outline-offset:2px}
section{border-top:3px solid var(--accent);margin-top:3rem;padding-top:.6rem}
h2{font-size:1.5rem;margin:.4rem 0 1rem}h3{font-size:1.2rem;margin:2rem 0 .6rem;border-bottom:1px solid var(--line)}h4{margin:1.4rem 0 .4rem}
pre{background:var(--wash);border:1px solid var(--line);border-radius:6px;padding:.8rem 1rem;overflow-x:auto;line-height:1.5}
code{font:.9em/1.5 "Noto Sans Mono CJK JP","MS Gothic",ui-monospace,monospace}
.scroll{overflow-x:auto}table{border-collapse:collapse;min-width:60%;font-size:.95rem}
th,td{border:1px solid var(--line);padding:.35rem .6rem;text-align:left;vertical-align:top}thead{display:table-header-group}th{background:#e9edf3}
img{max-width:100%;height:auto;border:1px solid var(--line)}
.up{font-size:.9rem}
@media(max-width:36rem){nav ol{columns:1}h1{font-size:1.5rem}}
@media print{@page{size:A4;margin:16mm 14mm}body{font-size:10pt}section{break-before:page;border:0;margin:0}.up{display:none}tr,pre,img{break-inside:avoid}h2,h3,h4{break-after:avoid}}
"""


def picture(path, written):
    """The picture as a small data URI with the hash of its file; as it was written where the file is still the same."""
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if digest in written:
        return digest, written[digest]
    image = PIL.Image.open(path).convert("RGB")
    if image.width > WIDEST:
        image = image.resize((WIDEST, round(image.height * WIDEST / image.width)), PIL.Image.Resampling.LANCZOS)
    file = io.BytesIO()
    image.save(file, "WEBP", quality=55, method=6)
    return digest, "data:image/webp;base64," + base64.b64encode(file.getvalue()).decode()


def chapter(name, parser, written):
    """A page as a section, and its title."""
    folder = PAGES
    text = (folder / f"{name}.md").read_text(encoding="utf-8")
    tokens = parser.parse(text)
    title = next(tokens[index + 1].content for index, token in enumerate(tokens) if token.type == "heading_open")
    for token in tokens:
        # A page's title is a chapter's.
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + 1, 6)}"
        for child in token.children or []:
            if child.type == "link_open":
                target = child.attrGet("href")
                page = re.fullmatch(r"(?:\./)?([\w-]+)\.md(#.*)?", target)
                if page and page[1] in CHAPTERS:
                    child.attrSet("href", f"#{page[1]}")
                elif not target.startswith("#"):
                    # Outside the guide: the words stay, and nothing leads to a file that is not there.
                    child.tag, child.attrs = "span", {}
                    child.meta["outside"] = True
            if child.type == "image":
                digest, data = picture((folder / child.attrGet("src")).resolve(), written)
                child.attrSet("src", data)
                child.attrSet("data-sha256", digest)
        if token.children:
            outside = []
            for child in token.children:
                if child.type == "link_open":
                    outside.append(child.tag == "span")
                elif child.type == "link_close" and outside.pop():
                    child.tag = "span"
    body = parser.renderer.render(tokens, parser.options, {})
    body = body.replace("<table>", '<div class="scroll" tabindex="0"><table>').replace("</table>", "</table></div>")
    return title, f'<section id="{name}">\n{body}<p class="up"><a href="#top">目次へ戻る</a></p>\n</section>\n'


def guide():
    pages = sorted(path.stem for path in PAGES.glob("*.md"))
    if pages != sorted(CHAPTERS):
        sys.exit(f"scripts/guide.py: the chapters are not the pages of docs/ja: {set(pages) ^ set(CHAPTERS)}")
    old = GUIDE.read_text(encoding="utf-8") if GUIDE.exists() else ""
    written = {match[2]: match[1] for match in re.finditer(r'src="(data:[^"]+)"[^>]*data-sha256="(\w+)"', old)}
    parser = markdown_it.MarkdownIt("commonmark", {"html": False}).enable("table")
    chapters = [(name, *chapter(name, parser, written)) for name in CHAPTERS]
    contents = "".join(f'<li><a href="#{name}">{html.escape(title)}</a></li>\n' for name, title, _ in chapters)
    return f"""<!DOCTYPE html>
<html lang="ja" id="top">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>園結び 手引き</title>
<style>{STYLE}</style>
</head>
<body>
<header><h1>園結び 手引き</h1>
<p>この一つのファイルだけで読めます。インターネットには接続しません。探すときは Ctrl+F、印刷は Ctrl+P です。</p></header>
<nav aria-label="目次"><ol>
{contents}</ol></nav>
<main>
{"".join(section for _, _, section in chapters)}</main>
</body>
</html>
"""


made = guide()
if "--check" in sys.argv[1:]:
    if not GUIDE.exists() or GUIDE.read_text(encoding="utf-8") != made:
        sys.exit("scripts/guide.py: Sources/Guide/guide.html is not what docs/ja says; scripts/guide writes it anew")
else:
    GUIDE.write_text(made, encoding="utf-8")
    print(f"{GUIDE.relative_to(ROOT)}: {len(made.encode())} bytes")
