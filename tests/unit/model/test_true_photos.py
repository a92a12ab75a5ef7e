"""Photos as an evaluation reads them: in one order, cut to one size, with their label maps."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import cv2
import numpy as np
import pytest

from model.true_photos import EvaluationError, PhotoSet, centre_square


def encoded(seed: int, size: tuple[int, int], suffix: str = ".png") -> bytes:
    """A picture whose left half is dark blue and whose right half is light yellow, (height, width)."""
    picture = np.zeros((*size, 3), np.uint8)
    picture[:, : size[1] // 2] = (90, 20, 10)
    picture[:, size[1] // 2 :] = (60, 200, 220)
    picture += np.random.default_rng(seed).integers(0, 5, picture.shape).astype(np.uint8)
    return bytes(cv2.imencode(suffix, picture)[1].tobytes())


def test_photos_of_a_tar_leave_label_maps_out_and_come_in_one_order(tmp_path: Path) -> None:
    names = [f"source-{i}.webp" for i in range(5)]
    shard = tmp_path / "shard.tar"
    with tarfile.open(shard, "w") as archive:
        for name in [*names, "source-0.png"]:
            data = encoded(0, (300, 400), Path(name).suffix)
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    everything = [each.name for each in PhotoSet.at([shard])]
    assert sorted(everything) == sorted(Path(name).stem for name in names)
    assert [each.name for each in PhotoSet.at([shard], 2)] == everything[:2]
    assert everything != sorted(everything)


@pytest.mark.parametrize("size", [(300, 500), (100, 400), (256, 256), (900, 256)])
def test_photos_are_cut_to_the_centre_square(tmp_path: Path, size: tuple[int, int]) -> None:
    (tmp_path / "a.png").write_bytes(encoded(1, size))
    (only,) = PhotoSet.at([tmp_path])
    assert only.rgb.shape == (256, 256, 3)
    assert only.ab.shape == (2, 256, 256)
    assert only.ab[1, :, :120].max() < 0 < only.ab[1, :, 136:].min()  # blue left, yellow right, cut in the middle
    np.testing.assert_allclose(only.rgb[128, 250], (222, 202, 62), atol=4)  # RGB, not BGR


def test_what_cannot_be_read_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="There is no"):
        PhotoSet.at([tmp_path, tmp_path / "missing"])
    with pytest.raises(EvaluationError, match="holds no photo"):
        PhotoSet.at([tmp_path])
    (tmp_path / "bad.tar").write_text("not a tar")
    with pytest.raises(EvaluationError, match="cannot be read"):
        PhotoSet.at([tmp_path / "bad.tar"])
    (tmp_path / "bad.jpg").write_text("not a photo")
    with pytest.raises(EvaluationError, match=r"bad\.jpg cannot be read as a photo"):
        PhotoSet.at([tmp_path])


def labelled(folder: Path, name: str, labels: np.ndarray) -> None:
    """A photo with a label map beside it."""
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.jpg").write_bytes(encoded(2, labels.shape, ".jpg"))
    cv2.imwrite(str(folder / f"{name}.png"), labels)


def halves(height: int, width: int, left: int, right: int) -> np.ndarray:
    labels = np.full((height, width), left, np.uint8)
    labels[:, width // 2 :] = right
    return labels


def test_label_maps_are_cut_like_their_photos_and_never_averaged(tmp_path: Path) -> None:
    labelled(tmp_path, "ccp-1", halves(300, 500, 41, 19))
    (only,) = PhotoSet.at([tmp_path])
    assert only.labels is not None
    assert only.labels.shape == (256, 256)
    assert set(np.unique(only.labels)) == {19, 41}
    blue = only.ab[1] < 0
    assert (blue == (only.labels == 41)).mean() > 0.98
    np.testing.assert_array_equal(only.skin, only.labels == 41)
    assert only.segments is not None
    assert len(np.unique(only.segments)) == 2
    assert not only.unlabelled.any()


def test_what_a_label_means_depends_on_the_data_set(tmp_path: Path) -> None:
    labelled(tmp_path, "voc_sbd-1", halves(256, 256, 255, 41))
    labelled(tmp_path, "bsds500-1", halves(256, 256, 255, 41))
    (tmp_path / "plain.png").write_bytes(encoded(1, (256, 256)))
    photos = {photo.name: photo for photo in PhotoSet.at([tmp_path])}
    assert not any(photo.skin.any() for photo in photos.values())  # 41 is skin in ccp only
    assert photos["voc_sbd-1"].unlabelled[:, :128].all()  # 255 is unknown in VOC, a region in BSDS
    assert not photos["voc_sbd-1"].unlabelled[:, 128:].any()
    assert not photos["bsds500-1"].unlabelled.any()
    assert photos["plain"].labels is None
    assert photos["plain"].segments is None
    assert photos["plain"].unlabelled.all()


def test_several_sources_are_one_set(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        for i in range(3):
            (tmp_path / name / f"{name}-{i}.png").write_bytes(encoded(i, (256, 256)))
    sources = [tmp_path / "one", tmp_path / "two"]
    names = [photo.name for photo in PhotoSet.at(sources)]
    assert len(set(names)) == 6
    assert [photo.name for photo in PhotoSet.at(sources[::-1])] == names
    assert [photo.name for photo in PhotoSet.at(sources, 4)] == names[:4]


def test_a_label_map_of_another_size_is_refused(tmp_path: Path) -> None:
    labelled(tmp_path, "a", halves(300, 500, 1, 2))
    cv2.imwrite(str(tmp_path / "a.png"), halves(300, 400, 1, 2))
    with pytest.raises(EvaluationError, match="400 × 300 pixels, the photo 500 × 300"):
        PhotoSet.at([tmp_path])


def test_centre_square_keeps_a_label_in_its_place() -> None:
    labels = np.zeros((512, 700), np.uint8)
    labels[256:, 350:] = 7
    small = centre_square(labels, labels=True)
    assert small.shape == (256, 256)
    assert (small[128:, 128:] == 7).all()
    assert (small == 7).sum() == 128 * 128
