//! Checkouts of strangers, by seed: a small broken workspace, and beside it or instead of its files what no honest checkout has.

use crate::sandbox::{BROKEN, Sandbox, complaint};
use rustix::fs::{CWD, FileType, Mode, mknodat};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

/// A kind of file that buildfix reads, one name each.
const NAMES: &[&str] = &[
    ".gitignore",
    ".ignore",
    "src/.gitignore",
    "src/.ignore",
    ".git/info/exclude",
    ".git",
    ".editorconfig",
    "src/.editorconfig",
    "buildfix.toml",
    "Extra.cs",
    "src/extra.ts",
    "src/extra.d.ts",
    "src/extra.tsx",
    "tsconfig.json",
    "tsconfig.other.json",
    "src/tsconfig.json",
    "jsconfig.json",
    "tsconfig.base.json",
    "package.json",
    "src/package.json",
    "node_modules/p/package.json",
    "node_modules/p/index.d.ts",
    "node_modules/@types/q/package.json",
    "node_modules/@types/q/index.d.ts",
    "node_modules/typescript/package.json",
    "node_modules/.bin/tsc",
    "App.csproj",
    "App.sln",
    "Directory.Build.props",
    "Directory.Build.targets",
    "imported.props",
    "nuget.config",
    "global.json",
    "obj/project.assets.json",
    "packages/p/1.0.0/lib/net8.0/p.dll",
    "build.log",
    "tsconfig.tsbuildinfo",
];

const DEVICES: &[&str] = &[
    "/dev/zero",
    "/dev/random",
    "/dev/full",
    "/dev/tty",
    "/proc/self/mem",
    "/proc/self/pagemap",
    "/proc/kmsg",
    "/proc/kcore",
    "/proc/self/fd/0",
    "/sys/kernel/notes",
];

/// Numbers by seed (xorshift64*).
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }
    pub fn below(&mut self, n: usize) -> usize {
        (self.next() >> 11) as usize % n
    }
    fn of<'a, T: ?Sized>(&mut self, all: &[&'a T]) -> &'a T {
        all[self.below(all.len())]
    }
    fn bytes(&mut self, n: usize) -> Vec<u8> {
        (0..n).map(|_| self.next() as u8).collect()
    }
}

/// A tree that is being made.
pub struct Tree {
    pub sandbox: Sandbox,
    random: Random,
    /// Shorter lists and shallower folders, for every day.
    short: bool,
    /// What was done, for messages.
    pub story: String,
}

/// What can be wrong with a checkout.
const HAZARDS: &[(&str, fn(&mut Tree))] = &[
    ("pipes", Tree::pipes),
    ("devices", Tree::devices),
    ("sockets", Tree::sockets),
    ("link loops", Tree::loops),
    ("links out", Tree::links_out),
    ("files with holes", Tree::holes),
    ("a deep folder", Tree::deep),
    ("a wide folder", Tree::wide),
    ("nested JSON", Tree::nested_json),
    ("JSON of many values", Tree::broad_json),
    ("a fan of configurations", Tree::configurations),
    ("a fan of imports", Tree::imports),
    ("a fan of exports", Tree::exports),
    ("entities", Tree::entities),
    ("properties that double", Tree::doubling),
    ("attributes and lists", Tree::attributes),
    ("a gigantic line", Tree::long_lines),
    ("many declarations", Tree::declarations),
    ("nested code", Tree::nested_code),
    ("bytes that are no text", Tree::no_text),
    ("odd names", Tree::odd_names),
    ("patterns", Tree::patterns),
    ("a repository elsewhere", Tree::repository),
    ("many assemblies", Tree::assemblies),
    ("many projects", Tree::projects),
];

/// How many hazards there are: as many seeds in a row have each of them.
pub const KINDS: u64 = HAZARDS.len() as u64;

impl Tree {
    /// The tree of a seed.
    pub fn new(seed: u64, short: bool) -> Self {
        let sandbox = Sandbox::new(&[
            ("A.cs", BROKEN),
            ("src/a.ts", "import { p } from 'p';\nexport const x = p(1\nlet y = z;\n"),
            (
                "App.csproj",
                "<Project Sdk=\"Microsoft.NET.Sdk\"><PropertyGroup><TargetFramework>net8.0</TargetFramework></PropertyGroup><Import Project=\"imported.props\"/></Project>",
            ),
            ("tsconfig.json", "{\"extends\": \"./tsconfig.base.json\", \"include\": [\"src\"]}"),
            ("package.json", "{\"name\": \"w\", \"dependencies\": {\"p\": \"1\"}}"),
            (
                "obj/project.assets.json",
                "{\"targets\":{\"net8.0\":{\"p/1.0.0\":{\"type\":\"package\",\"compile\":{\"lib/net8.0/p.dll\":{}}}}},\"packageFolders\":{\"PACKAGES\":{}}}",
            ),
            ("buildfix.toml", "build = \"touch PWNED; touch ../PWNED\"\n"),
        ]);
        let outside = sandbox.outside("elsewhere");
        fs::create_dir(&outside).expect("own folder");
        for (name, text) in [("B.cs", BROKEN), ("tsconfig.json", "{}"), ("package.json", "{}"), ("note", "keep")] {
            fs::write(outside.join(name), text).expect("own folder");
        }
        let assets = sandbox.read("obj/project.assets.json");
        let packages = sandbox.root.join("packages");
        sandbox.write("obj/project.assets.json", assets.replace("PACKAGES", &packages.to_string_lossy()).as_bytes());
        let mut tree = Self { sandbox, random: Random::new(seed), short, story: format!("seed {seed}:") };
        let more = tree.random.below(3);
        let first = (seed % KINDS) as usize;
        for kind in
            std::iter::once(first).chain((0..more).map(|_| tree.random.below(HAZARDS.len())).collect::<Vec<_>>())
        {
            let (name, make) = HAZARDS[kind];
            tree.story.push_str(&format!(" {name};"));
            make(&mut tree);
        }
        tree
    }

    /// What a build is said to have printed.
    pub fn log(&mut self) -> Vec<u8> {
        let mut log = complaint("A.cs");
        log.push_str("src/a.ts(2,21): error TS1005: ')' expected.\nsrc/a.ts(3,9): error TS2304: Cannot find name 'z'.\nsrc/a.ts(1,19): error TS2307: Cannot find module 'p' or its corresponding type declarations.\n");
        for name in NAMES {
            if self.random.below(3) == 0 {
                log.push_str(&format!("{name}(1,1): error CS0246: The type or namespace name 'p' could not be found (are you missing a using directive or an assembly reference?)\n"));
            }
        }
        let many = if self.short { 200 } else { 5000 };
        match self.random.below(6) {
            0 => log.push_str("\x1b]0;title\x07A.cs(3,14): error CS9999: \x1b[2J\x1b[1;1Hgone\u{202e}\r\n\x1b[8mA\x1b.cs(1,1): error \x1b[31mCS1002: ; expected\n"),
            1 => (0..many).for_each(|i| log.push_str(&format!("/ci/{}{i}/A.cs(3,14): error CS1002: ; expected\n", "d/".repeat(i % 900)))),
            2 => (0..many * 4).for_each(|i| log.push_str(&format!("A.cs({},{}): error CS1002: ; expected\n", i % 7, i))),
            3 => log.push_str(&format!("A.cs(3,14): error CS1002: {}\n", "; expected ".repeat(80_000))),
            4 => (0..many).for_each(|i| log.push_str(&format!("src/{i}.json(1,1): error TS6053: File '{i}' not found.\nlink{i}/../../elsewhere/B.cs(3,14): error CS1002: ; expected\n"))),
            _ => {
                let junk = self.random.bytes(4000);
                log.push_str(&String::from_utf8_lossy(&junk));
            }
        }
        let mut log = log.into_bytes();
        if self.random.below(8) == 0 {
            // As documents.
            let deep = "[".repeat(200_000);
            log = match self.random.below(3) {
                0 => format!("{{\"version\":\"2.1.0\",\"runs\":[{{\"results\":[{}{{}}]}}]}}", "{},".repeat(300_000))
                    .into_bytes(),
                1 => {
                    format!("{{\"version\":\"5.9.2\",\"root\":[{}1],\"fileNames\":[\"A.cs\"]}}", "[],".repeat(400_000))
                        .into_bytes()
                }
                _ => format!("{{\"version\":\"5.9.2\",\"root\":{deep}").into_bytes(),
            };
        }
        log
    }

    fn at(&self, name: &str) -> PathBuf {
        let path = self.sandbox.root.join(name);
        if let Some(folder) = path.parent() {
            // `.git` may be a file already.
            let _ = fs::create_dir_all(folder);
        }
        // What stands there already goes; other hazards may have made it.
        let _ = fs::remove_file(&path);
        let _ = fs::remove_dir_all(&path);
        path
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let _ = fs::write(self.at(name), text);
    }

    fn some_names(&mut self) -> Vec<&'static str> {
        // The two that are to be repaired stay.
        (0..1 + self.random.below(6)).map(|_| self.random.of(NAMES)).collect()
    }

    fn pipes(&mut self) {
        for name in self.some_names() {
            let _ = mknodat(CWD, self.at(name), FileType::Fifo, Mode::RUSR | Mode::WUSR, 0);
        }
    }

    fn devices(&mut self) {
        for name in self.some_names() {
            let device = self.random.of(DEVICES);
            let _ = symlink(device, self.at(name));
        }
    }

    fn sockets(&mut self) {
        for name in self.some_names() {
            // The socket's name stays when its listener goes.
            let _ = std::os::unix::net::UnixListener::bind(self.at(name));
        }
    }

    fn loops(&mut self) {
        for name in self.some_names() {
            let _ = symlink(Path::new(name).file_name().expect("a name"), self.at(name));
        }
        let _ = symlink("..", self.at("src/up"));
        let _ = symlink("one", self.at("two"));
        let _ = symlink("two", self.at("one"));
        let _ = symlink(".", self.at("node_modules/self"));
    }

    fn links_out(&mut self) {
        let outside = self.sandbox.outside("elsewhere");
        for name in self.some_names() {
            let target = outside.join(self.random.of(&["B.cs", "tsconfig.json", "package.json", "note", "gone"]));
            let _ = symlink(target, self.at(name));
        }
        let _ = symlink(&outside, self.at("src/out"));
        let _ = symlink("/", self.at("src/rootfs"));
        let _ = symlink(outside.join("B.cs"), self.at("src/B.cs"));
        let _ = symlink(&outside, self.at("link1"));
    }

    fn holes(&mut self) {
        for name in self.some_names() {
            if let Ok(file) = fs::File::create(self.at(name)) {
                let _ = file.set_len([5 << 30, 63 << 20, (4 << 20) - 1, 1 << 20][self.random.below(4)]);
            }
        }
    }

    fn deep(&mut self) {
        let levels = if self.short { 200 } else { 1900 };
        let mut path = self.sandbox.root.clone();
        for level in 0..levels {
            path.push("d");
            if fs::create_dir(&path).is_err() {
                break;
            }
            if level % 97 == 0 {
                let _ = fs::write(path.join("D.cs"), "class D { }");
                let _ = fs::write(path.join(".gitignore"), "x\n!y\n");
                let _ = fs::write(path.join("tsconfig.json"), "{}");
            }
        }
    }

    fn wide(&mut self) {
        let n = if self.short { 2_000 } else { 100_000 };
        let folder = self.at("src/wide");
        let _ = fs::create_dir_all(&folder);
        let extension = self.random.of(&["cs", "ts", "json", "txt", "csproj", "d.ts"]);
        for i in 0..n {
            let _ = fs::File::create(folder.join(format!("{i}.{extension}")));
        }
    }

    fn nested_json(&mut self) {
        let depth = [120, 10_000, 500_000][self.random.below(3)];
        let (open, close) = [("[", "]"), ("{\"a\":", "}"), ("{\"extends\":[", "]}")][self.random.below(3)];
        let text = format!("{}1{}", open.repeat(depth), close.repeat(depth));
        for name in ["package.json", "tsconfig.json", "obj/project.assets.json", "tsconfig.base.json"] {
            if self.random.below(2) == 0 {
                self.write(name, &text);
            }
        }
    }

    fn broad_json(&mut self) {
        let size = [900 << 10, (1 << 20) - 100, (16 << 20) - 100][self.random.below(3)];
        let element = self.random.of(&["[],", "{},", "\"\",", "0,", "[[]],"]);
        let list = format!("[{}0]", element.repeat(size / element.len() - 8));
        let text = match self.random.below(4) {
            0 => format!("{{\"name\":\"p\",\"exports\":{{\".\":{list}}}}}"),
            1 => format!("{{\"compilerOptions\":{{\"paths\":{{\"*\":{list}}}}},\"files\":{list}}}"),
            2 => format!(
                "{{\"targets\":{{\"net8.0\":{{\"p/1\":{{\"compile\":{{}}}}}}}},\"libraries\":{{}},\"x\":{list}}}"
            ),
            _ => list,
        };
        let name = self.random.of(&[
            "package.json",
            "tsconfig.json",
            "obj/project.assets.json",
            "node_modules/p/package.json",
        ]);
        self.write(name, text);
    }

    fn configurations(&mut self) {
        for level in 0..16 {
            for name in ["a", "b", "c"] {
                let next = ["a", "b", "c"].map(|n| format!("\"./{}{n}.json\"", level + 1)).join(",");
                let references = ["a", "b", "c"].map(|n| format!("{{\"path\":\"./{}{n}.json\"}}", level + 1)).join(",");
                let text = match self.random.below(2) {
                    0 => format!("{{\"extends\":[{next},\"./{level}{name}.json\"],\"files\":[]}}"),
                    _ => format!("{{\"references\":[{references},{{\"path\":\".\"}}],\"files\":[]}}"),
                };
                self.write(&format!("{level}{name}.json"), text);
            }
        }
        self.write("tsconfig.json", "{\"extends\":[\"./0a.json\",\"./0b.json\",\"./0c.json\"],\"references\":[{\"path\":\"0a.json\"},{\"path\":\"0b.json\"}],\"files\":[]}");
        let globs: Vec<String> = (0..900).map(|i| format!("\"{}{i}*\"", "**/*a*/".repeat(40))).collect();
        self.write("tsconfig.other.json", format!("{{\"include\":[{}]}}", globs.join(",")));
    }

    fn imports(&mut self) {
        for level in 0..16 {
            for name in ["a", "b", "c"] {
                let next =
                    ["a", "b", "c", "a"].map(|n| format!("<Import Project=\"{}{n}.props\"/>", level + 1)).concat();
                self.write(
                    &format!("{level}{name}.props"),
                    format!("<Project>{next}<Import Project=\"{level}{name}.props\"/></Project>"),
                );
            }
        }
        self.write("Directory.Build.props", "<Project><Import Project=\"0a.props\"/><Import Project=\"0b.props\"/><Import Project=\"Directory.Build.props\"/></Project>");
    }

    fn exports(&mut self) {
        for level in 0..16 {
            for name in ["a", "b", "c"] {
                let next = ["a", "b", "c"].map(|n| format!("export * from './{}{n}';\n", (level + 1) % 16)).concat();
                let merged = format!("import {{ Y }} from './{}a';\n", level + 1)
                    + &"declare var x: Y;\n".repeat(12)
                    + "export = x;\n";
                let text = if self.random.below(4) == 0 { merged } else { next };
                self.write(&format!("src/{level}{name}.ts"), text);
            }
        }
        self.write("src/a.ts", "import { z2 } from './0a';\nexport const x = p(1\nlet y = z;\n");
    }

    fn entities(&mut self) {
        let laughs: String =
            (1..12).map(|i| format!("<!ENTITY l{i} \"{}\">", format!("&l{};", i - 1).repeat(10))).collect();
        let text = format!(
            "<!DOCTYPE p [<!ENTITY l0 \"ha\">{laughs}<!ENTITY x SYSTEM \"file:///etc/passwd\">]><Project><PropertyGroup><A>&l11;&x;</A><TargetFramework>&l11;</TargetFramework></PropertyGroup></Project>"
        );
        let name = self.random.of(&["App.csproj", "Directory.Build.props", "imported.props", "nuget.config"]);
        self.write(name, text);
    }

    fn doubling(&mut self) {
        let n = if self.short { 2_000 } else { 30_000 };
        let doubled: String = (0..n).map(|i| format!("<P{i}>$(A)$(A)</P{i}><A>$(A)$(A)</A>")).collect();
        self.write(
            "imported.props",
            format!("<Project><PropertyGroup><A>xxxxxxxx</A>{doubled}</PropertyGroup></Project>"),
        );
    }

    fn attributes(&mut self) {
        let n = if self.short { 20_000 } else { 200_000 };
        let attributes: String = (0..n).map(|i| format!(" a{i}=''")).collect();
        let list: String = (0..n).map(|i| format!("n{i};")).collect();
        let text = match self.random.below(4) {
            0 => format!("<Project><PropertyGroup{attributes}/></Project>"),
            1 => format!(
                "<Project><ItemGroup><Using Include=\"{list}\"/><Using Remove=\"{list}\"/><Compile Remove=\"{list}\"/></ItemGroup></Project>"
            ),
            2 => format!(
                "<Project><ItemGroup><PackageReference Include=\"{list}\"/><ProjectReference Include=\"{list}\"/></ItemGroup></Project>"
            ),
            _ => format!(
                "<Project><PropertyGroup Condition=\"{}\"/>{}</Project>",
                "(".repeat(n),
                "<Import Project='gone$(i)' Condition=\"Exists('gone')\"/>".repeat(n / 10)
            ),
        };
        self.write("imported.props", text);
    }

    fn long_lines(&mut self) {
        let size = (4 << 20) - 64;
        let piece = self.random.of(&["a", "a ", "\"", "/* ", "a.", "1+", "x,", "\\", "`${"]);
        let line = piece.repeat(size / piece.len());
        let name = self.random.of(&[
            "Extra.cs",
            "src/extra.ts",
            "src/extra.d.ts",
            "imported.props",
            ".gitignore",
            ".editorconfig",
            "package.json",
            "App.sln",
        ]);
        self.write(name, line);
    }

    fn declarations(&mut self) {
        let (name, piece) = [
            ("Extra.cs", "class A{}"),
            ("Extra.cs", "class B{int a,b,c;}"),
            ("src/extra.ts", "var a;"),
            ("src/extra.ts", "export{a}"),
            ("src/extra.d.ts", "declare var a:1;"),
            ("src/extra.ts", "import a from'a';"),
            ("src/extra.ts", "export*from'./a';"),
            ("src/extra.tsx", "<a/>;"),
        ][self.random.below(8)];
        let size = if self.short { 400 << 10 } else { (4 << 20) - 64 };
        self.write(name, piece.repeat(size / piece.len()));
    }

    fn nested_code(&mut self) {
        let n = if self.short { 20_000 } else { 400_000 };
        let (open, close) = [
            ("(", ")"),
            ("{", "}"),
            ("[", "]"),
            ("a<", ">"),
            ("- ", ""),
            ("class A{", "}"),
            ("`${", "}`"),
            ("if(a)", ""),
            ("namespace A{", "}"),
            ("a=>", ""),
        ][self.random.below(10)];
        let text = format!("{}1{}", open.repeat(n), close.repeat(n));
        let name = self.random.of(&["Extra.cs", "src/extra.ts", "src/extra.tsx", "src/extra.d.ts"]);
        self.write(name, &text[..text.len().min((4 << 20) - 1)]);
    }

    fn no_text(&mut self) {
        for name in self.some_names() {
            let mut bytes = [&b""[..], b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"\xff\xfe\x00\xd8"]
                [self.random.below(5)]
            .to_vec();
            let length = self.random.below(3000);
            bytes.extend(self.random.bytes(length));
            self.write(name, bytes);
        }
    }

    fn odd_names(&mut self) {
        use std::os::unix::ffi::OsStrExt;
        let names: [&[u8]; 8] = [
            b"a\nb.cs",
            b"\x1b[2J\x1b]0;t\x07.cs",
            b"-p:X=$(touch PWNED).sln",
            b"$(touch PWNED).csproj",
            b"\xff\xfe.cs",
            b"'; touch PWNED; '.csproj",
            b"a\rb.ts",
            "\u{202e}sc.cs".as_bytes(),
        ];
        for name in names {
            let _ = fs::write(self.sandbox.root.join(std::ffi::OsStr::from_bytes(name)), BROKEN);
        }
        let _ = fs::remove_file(self.sandbox.root.join("buildfix.toml"));
    }

    fn patterns(&mut self) {
        let n = if self.short { 300 } else { 9_000 };
        let piece = self.random.of(&["*a*b*c*d*", "**/", "[a-z]", "{a,b}", "?", "\\*", "[!", "a/**/b/"]);
        let lines: String = (0..n).map(|i| format!("{}{i}\n", piece.repeat(10))).collect();
        self.write(".gitignore", &lines);
        let sections: String = (0..n / 10)
            .map(|i| format!("[{}{i}]\nindent_size = 2\n", piece.repeat(if self.short { 8 } else { 12 })))
            .collect();
        self.write(".editorconfig", format!("{sections}[*.cs]\nindent_size = 4\n"));
    }

    fn repository(&mut self) {
        self.write(".git", "gitdir: own\n");
        let _ = fs::create_dir_all(self.sandbox.root.join("own"));
        let target = self.at("own/commondir");
        let _ = match self.random.below(3) {
            0 => mknodat(CWD, target, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).is_ok(),
            1 => symlink("/dev/zero", target).is_ok(),
            _ => fs::write(target, "../../elsewhere\n").is_ok(),
        };
    }

    fn assemblies(&mut self) {
        let n = if self.short { 500 } else { 60_000 };
        let files: String = (0..n).map(|i| format!("\"{}a{}.dll\":{{}},", "./".repeat(i % 5), i % 40)).collect();
        let packages = self.sandbox.root.join("packages");
        let text = format!(
            "{{\"targets\":{{\"net8.0\":{{\"p/1\":{{\"compile\":{{{files}\"z.dll\":{{}}}}}}}}}},\"libraries\":{{\"p/1\":{{\"path\":\"p\"}}}},\"packageFolders\":{{\"{}\":{{}},\"/dev\":{{}},\"/proc/self\":{{}}}}}}",
            packages.display()
        );
        self.write("obj/project.assets.json", text);
        for i in 0..40 {
            match fs::File::create(self.at(&format!("packages/p/a{i}.dll"))) {
                Ok(file) => drop(file.set_len(if self.short { 1 << 20 } else { 60 << 20 })),
                Err(_) => return,
            }
        }
    }

    fn projects(&mut self) {
        let n = if self.short { 60 } else { 2_000 };
        for i in 0..n {
            let text = format!(
                "<Project Sdk=\"Microsoft.NET.Sdk\"><ItemGroup><ProjectReference Include=\"..\\{}\\P.csproj\"/><Compile Include=\"..\\..\\*.cs\"/></ItemGroup></Project>",
                i + 1
            );
            self.write(&format!("many/{i}/P.csproj"), text);
            self.write(&format!("many/{i}/P.cs"), "class P { }");
            self.write(&format!("many/{i}/tsconfig.json"), "{\"extends\":\"../../tsconfig.json\"}");
        }
    }
}
