"""A site is put into a bucket: at no instant does a link lead to what is not there."""

from __future__ import annotations

import base64
import json
import re
import shutil
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bulletin_press.archive import publishing
from bulletin_press.archive.holdings import File
from bulletin_press.archive.publishing import bucket, headers, manifest, order, store
from bulletin_press.archive.publishing.outcome import Report
from bulletin_press.problems import ProblemsError
from tests.publishing.crawl import faults, mixed_faults
from tests.publishing.shelf import Breaking, BrokenOffError, Shelf
from tests.publishing.sites import Number, contents, hashed, make, plain

boto3 = pytest.importorskip("boto3")
moto = pytest.importorskip("moto")

PLACE = "s3://bulletins/b"
FIRST = {"2026-01": Number("a1"), "2026-02": Number("a1")}
SECOND = {"2026-02": Number("a2", 3), "2026-03": Number("b1")}
THIRD = {"2026-02": Number("a1", 1), "2026-04": Number("b1"), "2026-01": Number("a2")}
KEPT = {hashed("2026-02/assets/old", "css", b"p{}"): b"p{}"}
SECRET = "wJalrXUtnFEMIsecret"


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {
        "AWS_ACCESS_KEY_ID": "AKIATESTING",
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_CONFIG_FILE": "/nowhere",
        "AWS_SHARED_CREDENTIALS_FILE": "/nowhere",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_MAX_ATTEMPTS": "1",
    }.items():
        monkeypatch.setenv(name, value)
    with moto.mock_aws():
        made = boto3.client("s3")
        made.create_bucket(Bucket="bulletins")
        yield made


@pytest.fixture
def sites(tmp_path: Path) -> tuple[Path, Path]:
    """Two versions of a site, the second with an issue less, one more, and one changed."""
    first = make(tmp_path / "first", FIRST, "one")
    return first, make(tmp_path / "second", SECOND, "two", KEPT)


def served(client: Any, prefix: str = "b/") -> dict[str, bytes]:
    """All objects below a prefix."""
    if isinstance(client, Shelf):
        return {
            k.removeprefix(prefix): v for k, v in client.objects.items() if k.startswith(prefix)
        }
    found = {}
    asked = {"Bucket": "bulletins", "Prefix": prefix}
    for answer in client.get_paginator("list_objects_v2").paginate(**asked):
        for one in answer.get("Contents", ()):
            body = client.get_object(Bucket="bulletins", Key=one["Key"])["Body"]
            found[one["Key"].removeprefix(prefix)] = body.read()
    return found


def said(site: Path, address: str = PLACE, client: Any = None, code: str = "E133") -> str:
    """What a refused publication says: message and hint."""
    with pytest.raises(ProblemsError) as refused:
        bucket.publish(site, address, client=client)
    (one,) = refused.value.problems
    assert one.code == code
    assert SECRET not in str(one)
    return f"{one.message}; {one.hint}"


# What arrives


def test_a_site_is_published_changed_and_published_again(
    sites: tuple[Path, Path], client: Any
) -> None:
    first, second = sites
    client.put_object(Bucket="bulletins", Key="CNAME", Body=b"mine")
    client.put_object(Bucket="bulletins", Key="b/.well-known/token", Body=b"mine")
    heard: list[tuple[int, int]] = []
    files = len(contents(first)) - 1
    octets = sum(len(data) for path, data in contents(first).items() if path != "issues.json")
    report = publishing.publish(first, PLACE, lambda *told: heard.append(told))
    assert report == Report(PLACE, files, 0, 0, octets)
    assert heard == [(done, files) for done in range(files + 1)]
    foreign = {".well-known/token": b"mine"}
    assert served(client) == contents(first) | foreign

    report = publishing.publish(second, f"{PLACE}/")
    assert served(client) == contents(second) | foreign
    old, new = contents(first), contents(second)
    same = {path for path in old.keys() & new.keys() if old[path] == new[path]}
    assert (report.unchanged, report.removed) == (len(same), len(old.keys() - new.keys()))
    assert report.uploaded == len(new) - 1 - len(same)
    assert served(client, "CNAME") == {"": b"mine"}

    watched = Breaking(client, 0)
    assert bucket.publish(second, PLACE, client=watched).uploaded == 0
    assert {name for name, _ in watched.calls} == {"get_object"}


def test_a_bucket_without_prefix_is_a_site(sites: tuple[Path, Path], client: Any) -> None:
    bucket.publish(sites[0], "s3://bulletins")
    assert served(client, "") == contents(sites[0])


def test_types_caching_and_checksums_are_given(sites: tuple[Path, Path], client: Any) -> None:
    bucket.publish(sites[1], PLACE)
    heads = {
        path: client.head_object(Bucket="bulletins", Key=f"b/{path}", ChecksumMode="ENABLED")
        for path in contents(sites[1])
    }
    types = {
        "index.html": "text/html; charset=utf-8",
        "feed.atom": "application/atom+xml",
        "feed.json": "application/feed+json",
        "opds/index.xml": "application/atom+xml;profile=opds-catalog",
        "issues.json": "application/json",
        "search/index.json": "application/json",
        "sitemap.xml": "application/xml",
        "robots.txt": "text/plain; charset=utf-8",
        "2026-03/2026-03.pdf": "application/pdf",
        "2026-03/2026-03.epub": "application/epub+zip",
        "2026-03/cover.png": "image/png",
    }
    assert {path: heads[path]["ContentType"] for path in types} == types
    for path, head in heads.items():
        immutable = bool(re.search(r"-[0-9a-f]{16}\.\w+$", path))
        assert ("immutable" in head["CacheControl"]) == immutable
        assert immutable or head["CacheControl"] == "no-cache"
        digest = sha256(contents(sites[1])[path]).digest()
        assert head["ChecksumSHA256"] == base64.b64encode(digest).decode()
        moved = "https://example.org/b/authors/" if path == "writers/index.html" else None
        assert head.get("WebsiteRedirectLocation") == moved


@pytest.mark.parametrize(
    ("path", "expected"),
    [("opds/new.json", "application/opds+json"), ("feed-de.atom", "application/atom+xml"),
     ("feed-de.json", "application/feed+json"), ("feed.rss", "application/rss+xml"),
     ("feed.xml", "application/atom+xml"), ("rss.xml", "application/rss+xml"),
     ("a.bib", "application/x-bibtex"), ("a.ris", "application/x-research-info-systems"),
     ("a/x.woff2", "font/woff2"), ("a.JPG", "image/jpeg"), ("a.svg", "image/svg+xml"),
     ("a.webp", "image/webp"), ("a.js", "text/javascript; charset=utf-8"),
     ("a.css", "text/css; charset=utf-8"), ("a.xml", "application/xml"),
     ("2026-01/feed-of-birds.html", "text/html; charset=utf-8"),
     ("CNAME", "application/octet-stream"),
     ("2026-01/a.csl.json", "application/vnd.citationstyles.csl+json")],
)  # fmt: skip
def test_each_suffix_has_its_type(path: str, expected: str) -> None:
    assert headers.content_type(path) == expected


@pytest.mark.parametrize(
    ("markup", "expected"),
    [('<meta http-equiv="refresh" content="0; url=/b/x/">', "/b/x/"),
     ('<meta http-equiv="refresh" content="0; url=https://e.org/?a=1&amp;b=2"/>',
      "https://e.org/?a=1&b=2"),
     ("<META content='0;URL=http://e.org/é' http-equiv=refresh>", "http://e.org/%C3%A9"),
     ('<meta http-equiv="refresh" content="0; url=../x/">', ""),
     ('<meta http-equiv="refresh" content="0; url=//e.org/">', ""),
     ('<meta http-equiv="refresh" content="0; url=/a&#10;b">', ""),
     ('<meta http-equiv="refresh" content="5; url=/x">', ""),
     ('<meta name="x" content="0; url=/x">', ""),
     (" " * 1000 + '<meta http-equiv="refresh" content="0; url=/x">', "")],
)  # fmt: skip
def test_only_a_whole_address_becomes_a_redirect(markup: str, expected: str) -> None:
    given = headers.of("x/index.html", f"<!DOCTYPE html>{markup}".encode())
    assert given.get("WebsiteRedirectLocation", "") == expected


# In which order


def test_what_is_new_comes_first_and_what_leads_there_last(
    sites: tuple[Path, Path], client: Any
) -> None:
    for site in sites:
        watched = Breaking(client, 0)
        bucket.publish(site, PLACE, client=watched)
        puts = [key.removeprefix("b/") for name, key in watched.calls if name == "put_object"]
        assert (puts[0], puts[-2], puts[-1]) == (
            manifest.JOURNAL, "index.html", "issues.json",
        )  # fmt: skip
        assert watched.calls[-1][0] == "delete_objects"
    where = {path: place for place, path in enumerate(puts)}
    new = [path for path in puts if path not in contents(sites[0])][1:]
    assert max(where[path] for path in new) < where["2026-02/a0.html"]
    assert where["2026-03/2026-03.pdf"] < where["2026-03/a0.html"] < where["2026-03/index.html"]
    assert where["2026-02/a0.html"] < where["2026-02/index.html"] < where["authors/index.html"]
    assert where["authors/index.html"] < min(where[p] for p in ("feed.atom", "sitemap.xml"))


def test_classes_hold_each_path_once() -> None:
    known = manifest.Manifest({"i": (File("i/x/deep.html", "0" * 64, 1),)})
    paths = ["i/index.html", "i/x/deep.html", "i/a.pdf", "i/a-0123456789abcdef.css", "feed.rss",
             "index.html", "about.html", "search/index.json", "sitemap-1.xml"]  # fmt: skip
    assert list(order.classes(known, paths, ())) == [
        ["i/a-0123456789abcdef.css"], ["i/a.pdf"], ["i/x/deep.html"], ["i/index.html"],
        ["about.html"], ["feed.rss", "search/index.json", "sitemap-1.xml"], ["index.html"],
    ]  # fmt: skip
    assert order.goodbye(["a.css", "i/x.html", "i/b/y.html", "z.html"]) == [
        "z.html", "i/x.html", "i/b/y.html", "a.css",
    ]  # fmt: skip


# Broken off at any operation


def ended(site: Path, client: Any, after: int, place: str = PLACE) -> bool:
    """Publish until so many operations were done; whether there were more."""
    try:
        bucket.publish(site, place, client=Breaking(client, after))
    except BrokenOffError:
        return True
    return False


def manifest_of(site: Path) -> bytes:
    return (site / "issues.json").read_bytes()


def test_after_any_operation_each_link_arrives_and_the_next_run_goes_on(
    sites: tuple[Path, Path], client: Any
) -> None:
    first, second = sites
    after, left = 1, True
    while left:
        place = f"s3://bulletins/{after}"
        if fresh := after % 2 == 0:
            left = ended(first, client, after, place)
        else:
            bucket.publish(first, place)
            left = ended(second, client, after, place)
        before, site = (b"", first) if fresh else (manifest_of(first), second)
        found = served(client, f"{after}/")
        assert mixed_faults(found, before, manifest_of(site)) == []
        bucket.publish(site, place)
        found = served(client, f"{after}/")
        assert found == contents(site)
        assert faults(found) == []
        after += 3
    assert after > 45


@pytest.mark.parametrize("start", [{}, FIRST], ids=["empty", "full"])
def test_a_run_broken_off_from_any_state_is_mended(
    sites: tuple[Path, Path], tmp_path: Path, start: dict[str, Number]
) -> None:
    first, second = sites
    before = manifest_of(first) if start else b""
    third = make(tmp_path / "third", THIRD, "three")
    after, left = 1, True
    while left:
        shelf = Shelf()
        shelf.put_object("bulletins", "b/CNAME", b"mine", **headers.of("CNAME", b"mine"))
        if start:
            bucket.publish(first, PLACE, client=shelf)
        left = ended(second, shelf, after)
        assert mixed_faults(served(shelf), before, manifest_of(second)) == []
        other = 3 + after * 7 % 60
        if ended(third, shelf, other):
            under_way = (manifest_of(second), manifest_of(third))
            assert mixed_faults(served(shelf), before, *under_way) == []
        bucket.publish(second if after % 2 else third, PLACE, client=shelf)
        wanted = contents(second if after % 2 else third)
        assert served(shelf) == wanted | {"CNAME": b"mine"}
        after += 1
    assert after > 45


def test_a_page_that_an_ended_run_removed_is_put_before_what_links_to_it(tmp_path: Path) -> None:
    first, second, third = (
        make(tmp_path / mark, {"2026-02": Number(mark, articles)}, mark)
        for mark, articles in (("a1", 3), ("a2", 1), ("b1", 3))
    )
    watched = Breaking(Shelf(), 0)
    bucket.publish(first, PLACE, client=watched.client)
    bucket.publish(second, PLACE, client=watched)
    after, left = 1, True
    while left:
        shelf = Shelf()
        bucket.publish(first, PLACE, client=shelf)
        assert ended(second, shelf, watched.count - 2)
        assert "2026-02/a1.html" not in served(shelf)
        left = ended(third, shelf, after)
        under_way = (manifest_of(second), manifest_of(third))
        assert mixed_faults(served(shelf), manifest_of(first), *under_way) == []
        after += 1
    assert after > 30


def test_what_an_ended_run_has_put_is_not_put_again(sites: tuple[Path, Path], client: Any) -> None:
    files = len(contents(sites[0])) - 1
    assert ended(sites[0], client, 2 + files + 1 + files // 2)
    report = bucket.publish(sites[0], PLACE)
    assert files // 3 <= report.unchanged <= files // 2
    assert report.uploaded + report.unchanged == files


VERSIONS = st.tuples(
    st.dictionaries(
        st.sampled_from(["2026-01", "2026-02", "2026-03"]),
        st.builds(Number, st.sampled_from(["a1", "a2", "b1"]), st.integers(1, 3)),
        min_size=1,
    ),
    st.sampled_from(["one", "two"]),
)


@settings(max_examples=40)
@given(
    steps=st.lists(st.tuples(VERSIONS, st.none() | st.integers(1, 120)), max_size=6), last=VERSIONS
)
def test_versions_with_ends_in_between_end_as_the_last(
    tmp_path_factory: pytest.TempPathFactory, steps: list[Any], last: Any
) -> None:
    root = tmp_path_factory.mktemp("sites")
    shelf, whole, under_way = Shelf(), b"", list[bytes]()
    for count, (version, after) in enumerate(steps):
        site = make(root / str(count), *version)
        broken = ended(site, shelf, after or 0)
        under_way.append(manifest_of(site))
        assert mixed_faults(served(shelf), whole, *under_way) == []
        if not broken:
            assert served(shelf) == contents(site)
            whole, under_way = manifest_of(site), []
    site = make(root / "last", *last)
    bucket.publish(site, PLACE, client=shelf)
    assert served(shelf) == contents(site)
    assert faults(served(shelf)) == []
    shutil.rmtree(root)


def test_a_file_becomes_a_folder_and_a_file_again(tmp_path: Path) -> None:
    one = plain(tmp_path / "one", {"x": b"file", "y/a.html": b"page"})
    two = plain(tmp_path / "two", {"x/a.html": b"page", "y": b"file"})
    after, left = 1, True
    while left:
        shelf = Shelf()
        bucket.publish(one, PLACE, client=shelf)
        left = ended(two, shelf, after)
        bucket.publish(one, PLACE, client=shelf)
        assert served(shelf) == contents(one)
        after += 1
    assert after > 9


# Many keys


def test_more_keys_than_one_request_may_remove(sites: tuple[Path, Path], client: Any) -> None:
    values = json.loads((sites[0] / "issues.json").read_bytes())
    for count in range(1100):
        path, data = f"many/{count}.txt", b"%d" % count
        (sites[0] / "many").mkdir(exist_ok=True)
        (sites[0] / path).write_bytes(data)
        digest = sha256(data).hexdigest()
        values["files"].append({"path": path, "sha256": digest, "octets": len(data)})
    (sites[0] / "issues.json").write_bytes(manifest.write(values))
    bucket.publish(sites[0], PLACE)
    watched = Breaking(client, 0)
    heard: list[tuple[int, int]] = []
    report = bucket.publish(sites[1], PLACE, lambda *told: heard.append(told), watched)
    assert report.removed > 1100
    assert [name for name, _ in watched.calls].count("delete_objects") == 3
    assert heard[-1] == (report.uploaded + report.removed,) * 2
    assert served(client) == contents(sites[1])


# What is refused


@pytest.mark.parametrize("name", [manifest.NAME, manifest.JOURNAL])
def test_a_list_of_another_form_is_not_overwritten(
    sites: tuple[Path, Path], client: Any, name: str
) -> None:
    for data in (b"{}", b"<html>", b'{"issues": [{"name": "x"}], "files": []}'):
        client.put_object(Bucket="bulletins", Key=f"b/{name}", Body=data)
        assert said(sites[0]).startswith(f"its {name} is not that of a site: ")
        assert served(client) == {name: data}


def test_objects_of_others_in_the_way_are_not_overwritten(
    sites: tuple[Path, Path], client: Any
) -> None:
    client.put_object(Bucket="bulletins", Key="b/index.html", Body=b"mine")
    assert said(sites[0]).startswith("index.html was put there by others")
    assert served(client) == {"index.html": b"mine"}


def test_a_lost_manifest_is_made_again(sites: tuple[Path, Path], client: Any) -> None:
    bucket.publish(sites[0], PLACE)
    client.delete_object(Bucket="bulletins", Key="b/issues.json")
    assert bucket.publish(sites[0], PLACE).uploaded == 0
    assert served(client) == contents(sites[0])
    for path in ("issues.json", "2026-02/2026-02.pdf"):
        client.delete_object(Bucket="bulletins", Key=f"b/{path}")
    files = len(contents(sites[0])) - 1
    assert ended(sites[0], client, 2 + files + 1)
    bucket.publish(sites[1], PLACE)
    assert served(client) == contents(sites[1])


@pytest.mark.parametrize(
    "address",
    ["s3:", "s3://", "s3:///x", "s3://b!/x", "s3://bulletins//x", "s3://bulletins/../x", "S3://b/x",
     "s3://bulletins/a?b", "s3://bulletins/a\\b", "s3://KEY:wJalrXUtnFEMIsecret@bulletins/x",
     "s3://bulletins/.publishing.json"],
)  # fmt: skip
def test_what_is_no_address_is_refused(sites: tuple[Path, Path], address: str) -> None:
    assert store.is_address(address)
    assert said(sites[0], address).startswith("it is no address of a bucket; write it as s3://")


def test_errors_of_the_service_are_told_in_words(
    sites: tuple[Path, Path], client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "there is no such bucket; make it" in said(sites[0], "s3://nobody-has-it/b")
    long = f"{PLACE}/{'x' * 1010}"
    assert said(sites[0], long).startswith("the name is too long for a bucket")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "nonsense")
    assert said(sites[0]) == "AWS_ENDPOINT_URL is no address; correct it"


class Failing:
    """A client whose puts fail."""

    def __init__(self, client: Any, error: Exception) -> None:
        self.client, self.error = client, error

    def __getattr__(self, name: str) -> Any:
        if name != "put_object":
            return getattr(self.client, name)

        def call(**_: Any) -> None:
            raise self.error

        return call


def test_errors_of_boto3_are_told_in_words(sites: tuple[Path, Path], client: Any) -> None:
    from botocore import exceptions

    def client_error(code: str) -> Any:
        return exceptions.ClientError({"Error": {"Code": code, "Message": "So."}}, "PutObject")

    denied = said(sites[0], client=Failing(client, client_error("AccessDenied")))
    assert denied.startswith(".publishing.json: the bucket refuses; the key needs s3:GetObject")
    other = said(sites[0], client=Failing(client, client_error("SlowDown")))
    assert "the service says SlowDown: So;" in other
    none = said(sites[0], client=Failing(client, exceptions.NoCredentialsError()))
    assert none.startswith("there are no credentials; give the right AWS_ACCESS_KEY_ID")
    lost = exceptions.EndpointConnectionError(endpoint_url=f"http://{SECRET}@x/")
    assert "cannot be reached" in said(sites[0], client=Failing(client, lost))
    assert served(client) == {}


def test_an_object_that_cannot_be_removed_is_told(sites: tuple[Path, Path]) -> None:
    class Keeping(Shelf):
        def delete_objects(self, Bucket: str, Delete: Any) -> Any:  # noqa: N803
            key = Delete["Objects"][0]["Key"]
            return {"Errors": [{"Key": key, "Code": "AccessDenied", "Message": "Access Denied"}]}

    assert "the bucket refuses" in said(sites[0], client=Keeping())


def test_a_server_that_is_not_there_is_told(
    sites: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIATESTING")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    assert "the service cannot be reached, or breaks off (EndpointConn" in said(sites[0])


def test_boto3_is_asked_for_where_it_is_missing(
    sites: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "boto3", None)
    assert said(sites[0], code="T101").endswith("; pip install bulletin-press[s3]")


def test_a_file_changed_since_the_build_is_not_put(sites: tuple[Path, Path], client: Any) -> None:
    bucket.publish(sites[0], PLACE)
    page = sites[1] / "2026-03" / "index.html"
    page.write_bytes(page.read_bytes()[::-1])
    assert said(sites[1]).startswith("2026-03/index.html is not as issues.json says")
    assert mixed_faults(served(client), manifest_of(sites[0]), manifest_of(sites[1])) == []
    page.unlink()
    assert said(sites[1]).startswith("2026-03/index.html is not as issues.json says")
