"""The second look: what lies over a copy, and what is only dressed alike."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from creditline.fingerprint.closeup import look_closely
from creditline.fingerprint.cover import find_cover
from creditline.fingerprint.doubt import is_doubtful
from creditline.fingerprint.features import FRAME
from creditline.fingerprint.fitting import fit
from creditline.fingerprint.geometry import Alignment
from creditline.fingerprint.proof import Proof, prove, prove_whole

#: Two pictures of one size lie on each other as they are.
AS_IT_IS = Alignment(np.array([[1.0, 0, 0], [0, 1.0, 0]]), 50)


@pytest.fixture(scope="module")
def gray(photo):
    def make(seed):
        return np.asarray(photo(seed).convert("L").resize((512, 341)))

    return make


def drawn_over(levels, draw_on):
    picture = Image.fromarray(levels.copy())
    draw_on(ImageDraw.Draw(picture))
    return np.asarray(picture)


def lines(draw):
    font = ImageFont.load_default(size=34)
    for row in range(6):
        draw.text((10, 5 + 56 * row), "SIX LINES OF WORDS OVER IT", 255, font, stroke_width=3, stroke_fill=0)


def box(draw):
    draw.rectangle((250, 30, 500, 240), fill=90)
    draw.text((270, 60), "a box", 255, ImageFont.load_default(size=40))


def test_a_picture_is_itself(gray):
    seen = look_closely(gray(1), gray(1), AS_IT_IS)
    assert seen.agrees == seen.witness == 1.0
    assert (seen.contradicting, seen.foreign, seen.cover.differing) == (0, 0, 0)
    assert seen.part.area == pytest.approx(1.0, abs=0.12)
    assert prove(50, seen) is prove_whole(seen) is Proof.WHOLE


def test_another_picture_proves_nothing(gray):
    seen = look_closely(gray(2), gray(1), AS_IT_IS)
    assert seen.agrees < 0.1
    assert prove(50, seen) is None
    assert prove_whole(seen) is None
    assert not is_doubtful(50, seen)


@pytest.mark.parametrize(
    ("over", "solid", "proof"), [(lines, 0.0, Proof.WRITTEN), (box, 0.3, Proof.LETTERED)]
)
def test_what_an_overlay_leaves_free_is_seen_to_agree(gray, over, solid, proof):
    seen = look_closely(drawn_over(gray(1), over), gray(1), AS_IT_IS)
    assert seen.free_agrees > 0.95
    assert seen.cover.explains > 0.95
    assert seen.cover.solid == pytest.approx(solid, abs=0.06)
    assert prove(50, seen) is proof


@pytest.mark.parametrize("over", [lines, box])
def test_the_same_overlay_on_another_picture_proves_nothing(gray, over):
    seen = look_closely(drawn_over(gray(2), over), drawn_over(gray(1), over), AS_IT_IS)
    assert prove(50, seen) is None


def drawing(size=(512, 341)):
    """A drawing on plain ground, as posters and wallpapers are: no texture anywhere."""
    random = np.random.default_rng(8)
    picture = Image.new("L", size, 150)
    draw = ImageDraw.Draw(picture)
    for _ in range(60):
        x, y = int(random.integers(90, 400)), int(random.integers(60, 260))
        corners = [(x + int(a), y + int(b)) for a, b in random.integers(-34, 35, (4, 2))]
        draw.polygon(corners, fill=int(random.choice((30, 70, 110, 200, 240))), outline=0)
    return np.asarray(picture)


@pytest.mark.parametrize(
    ("over", "kinds"),
    [(lines, {Proof.WRITTEN, Proof.LETTERED}), (box, {Proof.BOXED, Proof.LETTERED, Proof.DRAWN})],
)
def test_words_and_boxes_across_a_drawing_are_no_difference(over, kinds):
    seen = look_closely(drawn_over(drawing(), over), drawing(), AS_IT_IS)
    assert seen.cuts > 0.05
    assert seen.crowding < 2
    assert not seen.fills_a_slot
    assert prove(50, seen) in kinds


def hung(picture, room):
    """A picture on the wall of a room."""
    page = Image.fromarray(room.copy())
    page.paste(Image.fromarray(picture).resize((250, 160)), (130, 80))
    return np.asarray(page)


def test_half_a_chart_above_another_title_is_for_a_person():
    """The half that is left of our chart, or the half that two charts share: nobody can tell."""
    random = np.random.default_rng(4)
    chart = np.full((512, 448), 25, np.uint8)
    for column in range(10):
        for row in range(30):
            if random.random() < 0.8:
                brick = slice(16 + 16 * row, 26 + 16 * row), slice(14 + 43 * column, 44 + 43 * column)
                chart[brick] = random.choice((90, 140, 190, 240))

    def titled(draw):
        draw.rectangle((0, 290, 448, 512), fill=60)
        draw.text((20, 330), "NO", 255, ImageFont.load_default(size=90))

    seen = look_closely(drawn_over(chart, titled), chart, AS_IT_IS)
    assert prove(50, seen) is None
    assert is_doubtful(50, seen)


def test_another_picture_on_the_same_wall_proves_nothing(gray):
    plain = np.full((341, 512), 235, np.uint8)
    for theirs in (plain, drawing(), gray(2)):
        seen = look_closely(hung(theirs, gray(3)), hung(gray(1), gray(3)), AS_IT_IS)
        assert seen.fills_a_slot
        assert prove(50, seen) is prove_whole(seen) is None
        assert not is_doubtful(50, seen)


def test_pictures_of_nearly_one_tone_on_the_same_wall_are_two(gray):
    ours, theirs = np.full((341, 512), 128, np.uint8), np.full((341, 512), 144, np.uint8)
    seen = look_closely(hung(theirs, gray(3)), hung(ours, gray(3)), AS_IT_IS)
    assert seen.cover.differing < 0.05
    assert seen.fills_a_slot
    assert prove(50, seen) is prove_whole(seen) is None


def test_a_frame_that_fades_into_the_wall_is_still_one(gray):
    """Ours runs from black to white: somewhere on its way it is as light as what lies beside it."""
    ours = np.tile(np.linspace(0, 255, 512).astype(np.uint8), (341, 1))
    seen = look_closely(hung(drawing(), gray(3)), hung(ours, gray(3)), AS_IT_IS)
    assert seen.fills_a_slot
    assert prove(50, seen) is None


@pytest.mark.parametrize(("top", "is_cut"), [(300, True), (40, False)])
def test_a_piece_is_for_a_person_where_the_rest_has_no_room(top, is_cut):
    """Where all of ours would have room, the same header stands over another drawing."""
    chart = drawing()
    page = np.full((512, 512), 255, np.uint8)
    piece = cv2.resize(chart[: chart.shape[0] // 2], None, fx=0.7, fy=0.7, interpolation=cv2.INTER_AREA)
    page[top : top + piece.shape[0], 20 : 20 + piece.shape[1]] = piece
    unit = FRAME / 512
    to_ours = np.array([[1 / 0.7, 0, -20 / 0.7 * unit], [0, 1 / 0.7, -top / 0.7 * unit]])
    seen = look_closely(page, chart, Alignment(to_ours, 50))
    assert prove(50, seen) is None
    assert is_doubtful(50, seen) is is_cut


def test_the_same_words_over_two_pictures_prove_neither(gray):
    """They lie at the lower rim of one and at the upper rim of the other."""

    def worded(picture, top):
        def words(draw):
            font = ImageFont.load_default(size=44)
            draw.text((12, top), "TEN WAYS TO PLAN IT", 255, font, stroke_width=3, stroke_fill=0)

        return drawn_over(np.full_like(picture, 240), words)

    ours, theirs = worded(gray(1), 284), worded(gray(2), 6)
    down = np.array([[1.0, 0, 0], [0, 1.0, 278 * FRAME / 512]])
    seen = look_closely(theirs, ours, Alignment(down, 30))
    assert seen.agrees == 1.0
    assert prove(30, seen) is None
    assert not is_doubtful(30, seen)


def on_white(draw_on):
    """A page of white with a little in its middle, as screenshots and logos are."""
    page = Image.new("L", (250, 160), 255)
    draw_on(ImageDraw.Draw(page))
    return np.asarray(page)


def test_another_picture_with_bare_margins_on_the_same_wall_proves_nothing(gray):
    ours = on_white(lambda draw: [draw.rectangle((25 + 42 * n, 25, 50 + 42 * n, 135), 40) for n in range(5)])
    theirs = on_white(lambda draw: draw.ellipse((30, 20, 215, 140), 90))
    seen = look_closely(hung(theirs, gray(3)), hung(ours, gray(3)), AS_IT_IS)
    assert seen.fills_a_slot
    assert prove(50, seen) is prove_whole(seen) is None


def test_pictures_that_share_their_title_are_not_doubtful(gray):
    def titled(picture):
        page = Image.new("L", (512, 512), 250)
        draw = ImageDraw.Draw(page)
        for row in range(5):
            draw.text((12, 8 + 46 * row), "THE SAME TITLE AGAIN", 0, ImageFont.load_default(size=40))
        page.paste(Image.fromarray(picture).resize((512, 270)), (0, 242))
        return np.asarray(page)

    seen = look_closely(titled(gray(2)), titled(gray(1)), AS_IT_IS)
    assert seen.agreeing > 200
    assert prove(50, seen) is None
    assert not is_doubtful(50, seen)


def test_a_part_among_other_things_is_found_in_its_place(gray):
    theirs = gray(2).copy()
    theirs[:, :300] = gray(1)[:, :300]
    seen = look_closely(theirs, gray(1), AS_IT_IS)
    assert prove(50, seen) is Proof.PART
    assert seen.part.area == pytest.approx(300 / 512, abs=0.06)


def test_a_map_that_is_off_is_made_to_fit(gray):
    pixel = FRAME / 512
    off = Alignment(np.array([[1.004, 0.002, 2 * pixel], [-0.002, 0.997, -1.5 * pixel]]), 50)
    fitted = fit(gray(1), gray(1), off)
    assert np.abs(fitted.matrix[:, :2] - np.eye(2)).max() < 5e-4
    assert np.abs(fitted.matrix[:, 2]).max() < 0.2 * pixel
    assert look_closely(gray(1), gray(1), off).agrees < 0.7 < look_closely(gray(1), gray(1), fitted).agrees
    assert fitted.matrix.tobytes() == fit(gray(1), gray(1), off).matrix.tobytes()


def test_a_map_stays_as_it_was_where_nothing_is_seen(gray):
    flat = np.full((341, 512), 200, np.uint8)
    assert fit(flat, flat, AS_IT_IS) is AS_IT_IS
    assert prove(50, look_closely(gray(2), gray(1), fit(gray(2), gray(1), AS_IT_IS))) is None


def test_words_of_another_page_on_plain_ground_prove_nothing():
    """Two pages of one make, one line of its own on the one, many on the other."""

    def page(words):
        picture = Image.new("L", (512, 512), 235)
        draw = ImageDraw.Draw(picture)
        for row in range(6):
            draw.text((14, 10 + 36 * row), "WHAT ALL PAGES SAY", 0, ImageFont.load_default(size=34))
        for row, line in enumerate(words):
            draw.text((40, 300 + 50 * row), line, 60, ImageFont.load_default(size=26))
        return np.asarray(picture)

    words = ["one and two, three", "four or five, six", "seven, eight, nine", "ten and no more"]
    seen = look_closely(page(words), page(["nought"]), AS_IT_IS)
    assert seen.agreeing > 200
    assert seen.cut < 5
    assert prove(50, seen) is None


def test_contrast_and_brightness_do_not_count_as_differences(gray):
    for power in (0.5, 2.0):
        theirs = (255 * (gray(1) / 255) ** power).astype(np.uint8)
        seen = look_closely(theirs, gray(1), AS_IT_IS)
        assert seen.cover.differing < 0.02
        assert prove(50, seen) is not None


def test_slivers_are_too_little(gray):
    aside = Alignment(np.array([[1.0, 0, 16000], [0, 1.0, 0]]), 50)
    assert look_closely(gray(1), gray(1), aside) is None


def test_missing_ink_is_no_overlay():
    """The white of a page does not lie over our ink: it is what another page of the make has there."""
    ours = np.full((240, 384), 250.0, np.float32)
    theirs = ours.copy()
    for row in range(20, 220, 24):
        ours[row : row + 5, 20:360] = 20
    everywhere = np.ones(ours.shape, bool)
    cover = find_cover(ours, theirs, everywhere, np.zeros(ours.shape, bool))
    assert cover.differing > 0.1
    assert cover.explains == 0
    assert cover.unexplained == pytest.approx(cover.differing)


def test_letters_are_an_overlay():
    theirs = np.full((240, 384), 120.0, np.float32)
    ours = theirs.copy()
    for row in range(20, 220, 24):
        theirs[row : row + 9, 20:360:30] = 255
        theirs[row : row + 9, 21:360:30] = 255
        theirs[row : row + 9, 22:360:30] = 255
    everywhere = np.ones(ours.shape, bool)
    cover = find_cover(ours, theirs, everywhere, everywhere)
    assert cover.explains == 1.0
    assert cover.solid == 0


def chart(draw, title):
    """Axes, bars and numbers of a chart: many edges, few corners."""
    font = ImageFont.load_default(size=22)
    draw.rectangle((0, 0, 512, 341), fill=250)
    draw.text((20, 8), title, 30, font)
    draw.line((40, 310, 500, 310), 20, 3)
    draw.line((40, 50, 40, 310), 20, 3)
    for bar, height in enumerate((90, 140, 60, 200, 170, 120, 40, 230)):
        draw.rectangle((60 + 55 * bar, 310 - height, 95 + 55 * bar, 310), fill=90 + 15 * bar)
        for number in range(5):
            draw.text((62 + 55 * bar, 290 - 40 * number), str(height + 7 * number), 20, font)


def slip(draw):
    """A box over bars and the corners of two of them."""
    draw.rectangle((150, 90, 380, 250), fill=128)
    draw.text((165, 120), "our sale", 255, font=ImageFont.load_default(size=34))


def mark(draw):
    draw.rectangle((400, 296, 511, 340), fill=200)
    draw.text((405, 300), "a.example", 0, font=ImageFont.load_default(size=20))


def corner(draw):
    draw.rectangle((270, 0, 511, 46), fill=200)
    for line in range(2):
        draw.text((275, 2 + 22 * line), "seen first at a.example", 0, font=ImageFont.load_default(size=20))


@pytest.mark.parametrize(
    ("over", "inliers", "proof"),
    [(slip, 14, Proof.BOXED), (mark, 14, Proof.EDGED), (corner, 16, Proof.MARKED)],
)
def test_what_lies_over_a_chart_is_known_by_the_edges_it_leaves(over, inliers, proof):
    ours = drawn_over(np.zeros((341, 512), np.uint8), lambda draw: chart(draw, "Boats in the harbour"))
    seen = look_closely(drawn_over(ours, over), ours, AS_IT_IS)
    assert prove(inliers, seen) is proof


@pytest.mark.parametrize("over", [slip, mark, corner])
def test_a_chart_of_the_same_make_under_a_box_is_another(over):
    ours = drawn_over(np.zeros((341, 512), np.uint8), lambda draw: chart(draw, "Boats in the harbour"))
    other = ours.copy()
    other[60:309, 55:485] = np.roll(other[60:309, 55:485], 55, axis=1)
    seen = look_closely(drawn_over(other, over), ours, AS_IT_IS)
    assert prove(16, seen) is None
