"""The description of a PDF in XMP (ISO 16684-1), with the schemas that PDF/A wants declared (ISO 19005-3, 6.6.2.3.3)."""

from collections.abc import Mapping
from typing import Protocol
from xml.sax.saxutils import escape

from pipeline.rendering.seal import NAMESPACE, UNSEALED

_SCHEMAS = (
    ("PDF/UA identification", "http://www.aiim.org/pdfua/ns/id/", "pdfuaid", {"part": "Part of ISO 14289"}),
    (
        "Edition of an ecosystem map",
        NAMESPACE,
        "edition",
        {
            "name": "Name of the edition",
            "publishedOn": "Date of the edition",
            "digest": "SHA-256 of the published data",
            "drafts": "Whether unpublished drafts are in it",
            "seal": "SHA-256 of the file with zeros in this place",
        },
    ),
)


class Edition(Protocol):
    """Which edition a document is of, with dates as text."""

    @property
    def edition(self) -> str: ...
    @property
    def published_on(self) -> str: ...
    @property
    def digest(self) -> str: ...
    @property
    def moment(self) -> str: ...
    @property
    def drafts(self) -> bool: ...


def packet(information: Mapping[str, str], *, language: str, marks: Edition) -> bytes:
    """The XMP packet for a document with that Info dictionary, without the slashes of its keys."""

    def said(tag: str, value: str) -> str:
        return f"<{tag}>{escape(value)}</{tag}>\n" if value else ""

    def listed(tag: str, kind: str, value: str) -> str:
        attribute = ' xml:lang="x-default"' if kind == "Alt" else ""
        inner = f"<rdf:{kind}><rdf:li{attribute}>{escape(value)}</rdf:li></rdf:{kind}>"
        return f"<{tag}>{inner}</{tag}>\n" if value else ""

    get = information.get
    body = "".join(
        (
            said("pdfaid:part", "3"),
            said("pdfaid:conformance", "A"),
            said("pdfuaid:part", "1"),
            listed("dc:title", "Alt", get("Title", "")),
            listed("dc:creator", "Seq", get("Author", "")),
            listed("dc:description", "Alt", get("Subject", "")),
            listed("dc:language", "Bag", language),
            said("dc:format", "application/pdf"),
            said("pdf:Keywords", get("Keywords", "")),
            said("pdf:Producer", get("Producer", "")),
            said("xmp:CreatorTool", get("Creator", "")),
            said("xmp:CreateDate", marks.moment),
            said("xmp:ModifyDate", marks.moment),
            said("edition:name", marks.edition),
            said("edition:publishedOn", marks.published_on),
            said("edition:digest", marks.digest),
            said("edition:drafts", "True" if marks.drafts else "False"),
        )
    )
    spaces = "".join(
        f' xmlns:{prefix}="{address}"'
        for prefix, address in (
            ("rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"),
            ("dc", "http://purl.org/dc/elements/1.1/"),
            ("pdf", "http://ns.adobe.com/pdf/1.3/"),
            ("xmp", "http://ns.adobe.com/xap/1.0/"),
            ("pdfaid", "http://www.aiim.org/pdfa/ns/id/"),
            ("pdfaExtension", "http://www.aiim.org/pdfa/ns/extension/"),
            ("pdfaSchema", "http://www.aiim.org/pdfa/ns/schema#"),
            ("pdfaProperty", "http://www.aiim.org/pdfa/ns/property#"),
            *((prefix, address) for _, address, prefix, _ in _SCHEMAS),
        )
    )
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">\n'
        f'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n<rdf:Description rdf:about=""{spaces}>\n'
        f"{body}{UNSEALED.decode()}\n{_declared()}</rdf:Description>\n</rdf:RDF>\n</x:xmpmeta>\n"
        '<?xpacket end="r"?>'
    ).encode()


def _declared() -> str:
    """The declaration of the schemas that PDF/A does not know."""
    schemas = []
    for name, address, prefix, properties in _SCHEMAS:
        items = "".join(
            '<rdf:li rdf:parseType="Resource">'
            f"<pdfaProperty:name>{key}</pdfaProperty:name>"
            f"<pdfaProperty:valueType>{_type(key)}</pdfaProperty:valueType>"
            "<pdfaProperty:category>internal</pdfaProperty:category>"
            f"<pdfaProperty:description>{meaning}</pdfaProperty:description></rdf:li>\n"
            for key, meaning in properties.items()
        )
        schemas.append(
            f'<rdf:li rdf:parseType="Resource"><pdfaSchema:schema>{name}</pdfaSchema:schema>'
            f"<pdfaSchema:namespaceURI>{address}</pdfaSchema:namespaceURI>"
            f"<pdfaSchema:prefix>{prefix}</pdfaSchema:prefix>\n"
            f"<pdfaSchema:property><rdf:Seq>\n{items}</rdf:Seq></pdfaSchema:property></rdf:li>\n"
        )
    return f"<pdfaExtension:schemas><rdf:Bag>\n{''.join(schemas)}</rdf:Bag></pdfaExtension:schemas>\n"


def _type(key: str) -> str:
    return {"part": "Integer", "drafts": "Boolean"}.get(key, "Text")
