//! Pictures of small and large graphs.

use expect_test::expect;
use proptest::prelude::*;
use rocky_picture::{Arrow, ArrowKind, Box, End, Graph, Layout, Row, html, svg};

fn a_box(title: &str, rows: &[&str]) -> Box {
    let rows = rows.iter().map(|name| Row { name: (*name).to_owned(), ..Row::default() }).collect();
    Box { title: title.to_owned(), rows, ..Box::default() }
}

fn arrow(from: (usize, usize), to: (usize, usize)) -> Arrow {
    let end = |(in_box, row): (usize, usize)| End { in_box, row: Some(row) };
    Arrow { from: end(from), to: end(to), kind: ArrowKind::Flow, label: "direct".to_owned() }
}

fn small() -> Graph {
    let mut raw = a_box("raw.orders", &["id", "status"]);
    raw.is_outside = true;
    let mut totals = a_box("totals <&>", &["total"]);
    totals.is_subject = true;
    totals.hidden_rows = 2;
    Graph {
        title: "totals".to_owned(),
        boxes: vec![raw, totals],
        arrows: vec![
            arrow((0, 0), (1, 0)),
            Arrow {
                from: End { in_box: 0, row: Some(1) },
                to: End { in_box: 1, row: None },
                kind: ArrowKind::Influence,
                label: "filter".to_owned(),
            },
            arrow((0, 9), (1, 0)),
            arrow((7, 0), (1, 0)),
        ],
    }
}

#[test]
fn places_are_whole_pixels_and_arrows_meet_rows() {
    let layout = Layout::of(&small());
    expect![[r#"
        Layout {
            boxes: [
                Placed {
                    corner: Point {
                        x: 24,
                        y: 44,
                    },
                    width: 130,
                    height: 74,
                },
                Placed {
                    corner: Point {
                        x: 250,
                        y: 44,
                    },
                    width: 130,
                    height: 74,
                },
            ],
            arrows: [
                (
                    Arrow {
                        from: End {
                            in_box: 0,
                            row: Some(
                                0,
                            ),
                        },
                        to: End {
                            in_box: 1,
                            row: Some(
                                0,
                            ),
                        },
                        kind: Flow,
                        label: "direct",
                    },
                    [
                        Point {
                            x: 154,
                            y: 82,
                        },
                        Point {
                            x: 250,
                            y: 82,
                        },
                    ],
                ),
                (
                    Arrow {
                        from: End {
                            in_box: 0,
                            row: Some(
                                1,
                            ),
                        },
                        to: End {
                            in_box: 1,
                            row: None,
                        },
                        kind: Influence,
                        label: "filter",
                    },
                    [
                        Point {
                            x: 154,
                            y: 102,
                        },
                        Point {
                            x: 250,
                            y: 58,
                        },
                    ],
                ),
            ],
            width: 404,
            height: 154,
        }
    "#]]
    .assert_eq(&format!("{layout:#?}\n"));
}

#[test]
fn the_drawing_is_one_document_without_anything_from_elsewhere() {
    let graph = small();
    let text = svg(&graph);
    assert_eq!(text, svg(&graph));
    assert!(text.contains("totals &lt;&amp;&gt;") && !text.contains("totals <&>"));
    assert!(text.contains("class=\"arrow influence\"") && text.contains("prefers-color-scheme:dark"));
    assert!(text.contains("2 more columns"));
    let page = html(&graph);
    let outside = page.replace("http://www.w3.org/2000/svg", "");
    for link in ["http://", "https://", "src=", "href=", "@import", "url(h"] {
        assert!(!outside.contains(link), "{link}");
    }
    assert!(page.contains(&text));
    assert!(svg(&Graph::default()).starts_with("<svg"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Boxes never lie on each other, whatever the arrows do, and arrows that lead on run to the right.
    #[test]
    fn boxes_are_apart(
        rows in proptest::collection::vec(0_usize..5, 1..40),
        arrows in proptest::collection::vec((0_usize..40, 0_usize..40), 0..120),
    ) {
        let names = ["a", "bb", "ccc", "dddd", "eeeee"];
        let boxes = rows.iter().enumerate();
        let boxes: Vec<Box> = boxes.map(|(number, rows)| a_box(&format!("m{number}"), &names[..*rows])).collect();
        let end = |in_box| End { in_box, row: None };
        let arrows = arrows.into_iter().map(|(from, to)| Arrow {
            from: end(from), to: end(to), kind: ArrowKind::Flow, label: String::new(),
        });
        let graph = Graph { title: String::new(), boxes, arrows: arrows.collect() };
        let layout = Layout::of(&graph);
        prop_assert_eq!(&layout, &Layout::of(&graph));
        for (number, left) in layout.boxes.iter().enumerate() {
            prop_assert!(left.corner.x >= 0 && left.corner.y >= 0);
            prop_assert!(left.corner.x + left.width <= layout.width);
            prop_assert!(left.corner.y + left.height <= layout.height);
            for right in &layout.boxes[number + 1..] {
                let apart = left.corner.x + left.width <= right.corner.x
                    || right.corner.x + right.width <= left.corner.x
                    || left.corner.y + left.height <= right.corner.y
                    || right.corner.y + right.height <= left.corner.y;
                prop_assert!(apart, "{:?} {:?}", left, right);
            }
        }
    }
}
