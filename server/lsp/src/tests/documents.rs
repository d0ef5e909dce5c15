//! Server and client have the same texts.

use super::*;

/// A small generator of numbers, so that a failure can be had again.
fn numbers(mut state: u64) -> impl FnMut(usize) -> usize {
    move |below| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below.max(1) as u64) as usize
    }
}

/// Where the `at`th character is, counted the slow way: line breaks are LF, CRLF and CR (LSP 3.17, `eol`).
fn position(chars: &[char], at: usize, encoding: &str) -> Value {
    let (mut line, mut column) = (0, 0);
    for (i, c) in chars[..at].iter().enumerate() {
        let ends = *c == '\n' || (*c == '\r' && chars.get(i + 1) != Some(&'\n'));
        column += match encoding {
            "utf-8" => c.len_utf8(),
            "utf-16" => c.len_utf16(),
            _ => 1,
        };
        if ends {
            (line, column) = (line + 1, 0);
        }
    }
    json!({ "line": line, "character": column })
}

#[tokio::test(flavor = "multi_thread")]
async fn random_edits_in_every_encoding_leave_server_and_client_with_the_same_text() {
    const PIECES: &[&str] = &["x", "ß", "😀", "\n", "\r\n", "\r", "class C { }", "\u{2028}", "  ", "", "é\n😀"];
    for (seed, encoding) in (1..).zip(["utf-8", "utf-16", "utf-32"]) {
        let mut capabilities = full();
        capabilities["general"] = json!({ "positionEncodings": [encoding] });
        let mut editor = Editor::start(&[("a.cs", "")], Manner::Polite, capabilities, json!({})).await;
        let mut mine: Vec<char> = "class A\r\n{\n    int täler; // 😀\n}\n".chars().collect();
        editor.open("a.cs", "csharp", 0, &mine.iter().collect::<String>());
        let mut next = numbers(0x9E37_79B9_7F4A_7C15_u64.wrapping_mul(seed));
        for version in 1..=400 {
            let mut changes = Vec::new();
            for _ in 0..=next(3) {
                // Not between CR and LF: there is no position.
                let boundary = |at: usize, chars: &[char]| {
                    at - usize::from(at > 0 && chars[at - 1] == '\r' && chars.get(at) == Some(&'\n'))
                };
                let a = boundary(next(mine.len() + 1), &mine);
                let b = boundary((a + next(9)).min(mine.len()), &mine).max(a);
                let text = PIECES[next(PIECES.len())];
                let range = json!({ "start": position(&mine, a, encoding), "end": position(&mine, b, encoding) });
                changes.push(json!({ "range": range, "text": text }));
                mine.splice(a..b, text.chars());
            }
            editor.change("a.cs", version, json!(changes));
            if version % 20 == 0 {
                editor.assert_text("a.cs", version, &mine.iter().collect::<String>()).await;
            }
        }
        editor.finish().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_deleted_after_its_document_was_closed_is_forgotten() {
    let one = "class Widget { }\n";
    let two = "class C { Widgett w; }\n";
    let mut editor = Editor::start(&[("a.cs", one), ("b.cs", two)], Manner::Polite, full(), json!({})).await;
    let message = "The type or namespace name 'Widgett' could not be found (are you missing a using directive or an assembly reference?)";
    editor.open("a.cs", "csharp", 1, one);
    editor.open("b.cs", "csharp", 1, two);
    let known = |actions: Vec<Value>| actions.iter().any(|a| a["title"].as_str().unwrap_or("").contains("'Widget'"));
    assert!(known(fixes(&mut editor, "b.cs", (0, 10), ("CS0246", message)).await));
    for name in ["a.cs", "b.cs"] {
        editor.tell("textDocument/didClose", json!({ "textDocument": { "uri": editor.uri(name) } }));
    }
    fixes(&mut editor, "b.cs", (0, 10), ("CS0246", message)).await;
    std::fs::remove_file(editor.folder.path().join("a.cs")).unwrap();
    editor.open("b.cs", "csharp", 2, two);
    assert!(!known(fixes(&mut editor, "b.cs", (0, 10), ("CS0246", message)).await));
    editor.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_newer_than_the_index_counts_once_it_is_open() {
    let mut editor = Editor::start(&[("a.cs", "")], Manner::Polite, full(), json!({})).await;
    editor.open("a.cs", "csharp", 1, "");
    fixes(&mut editor, "a.cs", (0, 0), MISSING).await;
    let text = "class Widget { }\nclass C { Widgett w; }\n";
    std::fs::write(editor.folder.path().join("new.cs"), text).unwrap();
    editor.open("new.cs", "csharp", 1, text);
    let message = "The type or namespace name 'Widgett' could not be found (are you missing a using directive or an assembly reference?)";
    let actions = fixes(&mut editor, "new.cs", (1, 10), ("CS0246", message)).await;
    assert!(actions.iter().any(|a| a["title"].as_str().unwrap_or("").contains("'Widget'")), "{actions:#?}");
    editor.finish().await;
}

mod properties {
    use proptest::prelude::*;
    use text::{Document, LineBreaks, LineTable, Position, PositionEncoding};

    /// What a client does with an edit: by positions in its own encoding, on its own copy.
    fn client_apply(text: &str, start: usize, end: usize, new: &str) -> String {
        format!("{}{new}{}", &text[..start], &text[end..])
    }
    fn boundary(text: &str, at: usize) -> usize {
        let mut at = at % (text.len() + 1);
        // Between CR and LF there is no position.
        while !text.is_char_boundary(at)
            || (at > 0 && text.as_bytes()[at - 1] == b'\r' && text.as_bytes().get(at) == Some(&b'\n'))
        {
            at -= 1;
        }
        at
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]
        #[test]
        fn server_and_client_keep_the_same_text(
            start in "[a-zé😀\\r\\n\u{2028} ]{0,40}",
            edits in proptest::collection::vec((any::<usize>(), any::<usize>(), "[xß😀\\n\\r]{0,6}"), 1..20),
            encoding in prop_oneof![Just(PositionEncoding::Utf8), Just(PositionEncoding::Utf16), Just(PositionEncoding::Utf32)],
        ) {
            let mut client = start.clone();
            let mut server = Document::new(&start, 0);
            for (a, b, new) in edits {
                let (a, b) = (boundary(&client, a), boundary(&client, b));
                let (from, to) = (a.min(b), a.max(b));
                let table = LineTable::new(&client, LineBreaks::Lsp);
                let at = |o| -> Position { table.position(&client, o, encoding) };
                server.apply_change(Some((at(from), at(to))), &new, encoding).unwrap();
                client = client_apply(&client, from, to, &new);
                prop_assert_eq!(server.text(), client.clone());
            }
        }
    }
}
