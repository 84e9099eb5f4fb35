"""XML of the demo's feeds."""

from xml.etree import ElementTree

_DECLARATION = '<?xml version="1.0" encoding="utf-8"?>\n'


def add(parent: ElementTree.Element, tag: str, text: str | None = None, **attributes: str) -> ElementTree.Element:
    """A child element; text and attributes are escaped when it is written."""
    child = ElementTree.SubElement(parent, tag, attributes)
    child.text = text
    return child


def declared(root: ElementTree.Element) -> str:
    """The document as text."""
    ElementTree.indent(root)
    return _DECLARATION + ElementTree.tostring(root, encoding="unicode")
