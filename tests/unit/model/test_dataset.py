"""Photos are found, judged and cached; what is left out is listed with its reason."""

from __future__ import annotations

import tarfile
from pathlib import Path

import cv2
import numpy as np
import pytest

from model.dataset import NoPhotosError, build_cache, labelled_photo_files, photo_files


def picture(path: Path, seed: int, size: tuple[int, int] = (80, 96)) -> None:
    coarse = np.random.default_rng(seed).integers(0, 255, (5, 5, 3), np.uint8)
    cv2.imwrite(str(path), cv2.resize(coarse, size[::-1], interpolation=cv2.INTER_CUBIC))


def test_skips_are_listed_with_their_reasons(photos: Path, tmp_path: Path) -> None:
    (photos / "notes.jpg").write_text("no picture")
    (photos / "empty.webp").write_bytes(b"")
    cv2.imwrite(str(photos / "grey.png"), np.full((90, 90, 3), 128, np.uint8))
    cv2.imwrite(str(photos / "tiny.png"), np.zeros((20, 20, 3), np.uint8))
    (photos / "twin.png").write_bytes((photos / "00.png").read_bytes())
    cache, skipped = build_cache([photos], tmp_path / "cache", short_side=64)
    assert len(cache) == 12
    reasons = {Path(name).name: reason for name, reason in skipped}
    assert set(reasons) == {"notes.jpg", "empty.webp", "grey.png", "tiny.png", "twin.png"}
    assert "duplicate" in reasons["twin.png"]
    again, skipped_again = build_cache([photos], tmp_path / "cache", short_side=64)
    assert np.array_equal(again.pixels, cache.pixels)
    assert skipped_again == skipped


def test_a_new_photo_is_noticed(photos: Path, tmp_path: Path) -> None:
    before, _ = build_cache([photos], tmp_path / "cache", short_side=64)
    (photos / "deeper").mkdir()
    picture(photos / "deeper" / "new.png", 7)
    after, _ = build_cache([photos], tmp_path / "cache", short_side=64)
    assert len(after) == len(before) + 1
    assert np.array_equal(before.pixels, after.pixels[: len(before.pixels)]), "an open cache is not written over"


def test_a_folder_without_photos_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(NoPhotosError, match=str(tmp_path)):
        build_cache([tmp_path], tmp_path / "cache", short_side=64)


def test_photos_come_out_as_they_went_in(photos: Path, tmp_path: Path) -> None:
    cache, _ = build_cache([photos], tmp_path / "cache", short_side=80)
    first = cv2.imread(str(sorted(photos.iterdir())[0]))[:, :, ::-1]
    assert cache.sizes[0].tolist() == [80, 96]
    assert np.array_equal(cache.pixels[: first.size].reshape(first.shape), first)
    assert cache.offsets.tolist() == [i * 80 * 96 for i in range(12)]
    assert len(cache.cell_maps) == 12 * 40 * 48
    assert len(np.unique(cache.cell_maps[: 40 * 48])) > 20
    assert cache.weights.sum() == pytest.approx(1)


def test_label_maps_travel_with_their_photos(tmp_path: Path) -> None:
    folder = tmp_path / "objects"
    folder.mkdir()
    picture(folder / "ccp_1.webp", 1)
    picture(folder / "plain.jpg", 2)
    labels = np.zeros((80, 96), np.uint8)
    labels[20:60, 30:70] = 19
    cv2.imwrite(str(folder / "ccp_1.png"), labels)
    shard = tmp_path / "objects.tar"
    with tarfile.open(shard, "w") as tar:
        for path in sorted(folder.iterdir()):
            tar.add(path, path.name)
    for source in (folder, shard):
        assert [Path(name).name for name, _ in photo_files([source])] == ["ccp_1.webp", "plain.jpg"]
        assert [file.labels is not None for file in labelled_photo_files([source])] == [True, False]
        cache, _ = build_cache([source], tmp_path / f"cache {source.name}", short_side=80)
        assert cache.objects.tolist() == [True, False]
        maps = cache.object_maps.reshape(2, 40, 48)
        assert (maps[0, 12:28, 17:33] > 0).all()
        assert not maps[1].any()


def test_small_photos_are_drawn_seldom_and_never_enlarged(tmp_path: Path) -> None:
    folder = tmp_path / "mixed"
    folder.mkdir()
    for i in range(20):
        picture(folder / f"{i:02}.png", i, (200, 220) if i < 4 else (100, 110))
    cache, _ = build_cache([folder], tmp_path / "cache", short_side=200)
    small = cache.sizes.min(axis=1) < 160
    assert small.sum() == 16
    assert cache.weights[small].sum() == pytest.approx(0.12)
    assert cache.weights_for(100)[small].sum() == pytest.approx(0.12)
    assert cache.weights_for(128)[small].sum() == 0
    assert cache.weights_for(256).sum() == pytest.approx(1), "where all are too small, all are drawn"
