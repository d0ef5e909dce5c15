/// A rule's manual page: the `//!` lines at the head of its file.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct RuleDocs {
    /// First heading, without `# `.
    pub title: String,
    /// All of it, as Markdown, header lines of examples left out.
    pub markdown: String,
    /// Text under `## Fix safety`.
    pub safety: String,
    /// Before/after pairs.
    pub examples: Vec<Example>,
}

/// A before/after pair: an example for people, a test, and a case for the real compilers.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Example {
    /// `csharp`, `typescript` or `tsx`.
    pub language: String,
    /// Code of the diagnostic, from `//@ error CS0246: …`.
    pub code: String,
    /// Its message.
    pub message: String,
    /// Whether only editors are told of it (`//@ suggestion TS80007: …`), never a build.
    pub suggestion: bool,
    /// Compiler options, from `//@ options: …`.
    pub options: String,
    /// The major version of the compiler that reports it, from `//@ compiler: 7`, where the usual one does not; `none` where
    /// no compiler can be asked: only a command line reports it, or something has to be installed after the fix.
    pub compiler: String,
    /// Title of the fix when the rule gives several, from `//@ fix: …`; empty: the first.
    pub fix: String,
    /// Source with `$0` at the start of the diagnostic (and, when given, a second `$0` at its end).
    pub before: String,
    /// Source after the fix.
    pub after: String,
}

impl RuleDocs {
    /// Reads the head of a rule's file.
    pub fn parse(file: &str) -> Self {
        let lines = file.lines().take_while(|l| l.starts_with("//!"));
        let lines: Vec<&str> = lines.map(|l| l[3..].strip_prefix(' ').unwrap_or(&l[3..])).collect();
        let mut docs = Self::default();
        let mut fence: Option<String> = None;
        let mut example = Example::default();
        let mut block = String::new();
        let mut heading = "";
        for line in lines {
            if let Some(info) = line.strip_prefix("```") {
                match fence.take() {
                    None => {
                        fence = Some(info.to_owned());
                        block.clear();
                        docs.markdown.push_str(&format!("```{}\n", info.split(' ').next().unwrap_or("")));
                    }
                    Some(opened) => {
                        let mut words = opened.split(' ');
                        let language = words.next().unwrap_or("").to_owned();
                        match words.next() {
                            Some("before") => {
                                example = Example { language, ..header(&block) };
                                example.before = body(&block);
                            }
                            Some("after") => {
                                example.after = body(&block);
                                docs.examples.push(std::mem::take(&mut example));
                            }
                            _ => {}
                        }
                        docs.markdown.push_str("```\n");
                    }
                }
                continue;
            }
            if fence.is_some() {
                block.push_str(line);
                block.push('\n');
                if !line.starts_with("//@") {
                    docs.markdown.push_str(&line.replace("$0", ""));
                    docs.markdown.push('\n');
                }
                continue;
            }
            if let Some(title) = line.strip_prefix("# ") {
                docs.title = title.to_owned();
            }
            if let Some(h) = line.strip_prefix("## ") {
                heading = h;
            } else if heading == "Fix safety" {
                docs.safety.push_str(line);
                docs.safety.push('\n');
            }
            docs.markdown.push_str(line);
            docs.markdown.push('\n');
        }
        docs.safety = docs.safety.trim().to_owned();
        docs
    }
}

fn header(block: &str) -> Example {
    let mut example = Example::default();
    for line in block.lines().filter_map(|l| l.strip_prefix("//@ ")) {
        let said = line.strip_prefix("error ").or(line.strip_prefix("warning ")).or(line.strip_prefix("suggestion "));
        if let Some(rest) = said {
            example.suggestion = line.starts_with("suggestion");
            if let Some((code, message)) = rest.split_once(": ") {
                (example.code, example.message) = (code.to_owned(), message.to_owned());
            }
        } else if let Some(more) = line.strip_prefix("more: ") {
            example.message = format!("{}\n{more}", example.message);
        } else if let Some(options) = line.strip_prefix("options: ") {
            example.options = options.to_owned();
        } else if let Some(version) = line.strip_prefix("compiler: ") {
            example.compiler = version.to_owned();
        } else if let Some(title) = line.strip_prefix("fix: ") {
            example.fix = title.to_owned();
        }
    }
    example
}
fn body(block: &str) -> String {
    block.lines().filter(|l| !l.starts_with("//@ ")).map(|l| format!("{l}\n")).collect()
}
