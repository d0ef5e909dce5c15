use crate::{Code, LogReader, PathMap, ReadOptions, arguments_of, place, read};

/// The parser that [`fuzz_one`] runs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Parser {
    /// Lines, at once and in pieces.
    Lines,
    /// SARIF: the bytes as a document.
    Sarif,
    /// `.tsbuildinfo`: the bytes as a document.
    TsBuildInfo,
    /// Arguments of a message.
    Arguments,
    /// A printed path.
    Path,
}

/// Entry point of the fuzz targets and of the property tests: no `bytes` cause a panic, and reading in
/// pieces gives the same as reading at once.
pub fn fuzz_one(parser: Parser, bytes: &[u8]) {
    let lossy = || String::from_utf8_lossy(bytes);
    match parser {
        Parser::Lines => {
            let whole = read(bytes);
            let mut reader = LogReader::new(ReadOptions::default());
            for piece in bytes.chunks(7) {
                reader.push(piece);
            }
            assert_eq!(whole, reader.finish());
            let text = lossy();
            for diagnostic in &whole.diagnostics {
                arguments_of(&diagnostic.code, &diagnostic.message);
                place(diagnostic, &text);
            }
        }
        Parser::Sarif => {
            crate::sarif::read(&lossy(), &ReadOptions::default());
        }
        Parser::TsBuildInfo => {
            crate::tsbuildinfo::read(&lossy(), &ReadOptions::default());
        }
        Parser::Arguments => {
            for code in ["CS1503", "TS2739", "TS2554", ""] {
                arguments_of(&Code::new(code), &lossy());
            }
        }
        Parser::Path => {
            let mut map = PathMap::new(["src/A.cs", "A.cs", "b/src/A.cs"], "/w", crate::CaseHandling::Sensitive);
            map.learn([&*lossy()]);
            map.map(&lossy(), None);
        }
    }
}
