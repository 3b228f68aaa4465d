"""Writes docs/reference/srv/*.md, a page for each Service Request, from the tables of the package."""

from pathlib import Path

from dcc_sim.testing.service_pages import service_pages

if __name__ == "__main__":
    folder = Path(__file__).resolve().parents[1] / "docs" / "reference" / "srv"
    folder.mkdir(exist_ok=True)
    pages = service_pages()
    for old in folder.glob("*.md"):
        if old.name not in pages:
            old.unlink()
    for name, text in pages.items():
        (folder / name).write_text(text, encoding="utf-8")
    print(f"{folder}: {len(pages)} pages")
