// Samples expressions of a C# code base by seed and prints the answers of the SDK's compiler about each: type, converted type, symbol, and
// for some the names in scope. Reads one JSON request from standard input; prints JSON lines, the first
// with the number of files, expressions and errors. Offsets are UTF-8 bytes.
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

var request = JsonSerializer.Deserialize<Request>(Console.In.ReadToEnd(), JsonSerializerOptions.Web)!;
var references = request.References.SelectMany(folder => Directory.EnumerateFiles(folder, "*.dll"))
    .Select(file => MetadataReference.CreateFromFile(file));
LanguageVersionFacts.TryParse(request.LanguageVersion ?? "latest", out var version);
var parsing = new CSharpParseOptions(version, DocumentationMode.None, preprocessorSymbols: request.Defines);
var folders = new[] { "bin", "obj", ".git" };
var files = Directory.EnumerateFiles(request.Root, "*.cs", SearchOption.AllDirectories)
    .Where(f => !Path.GetRelativePath(request.Root, f).Split(Path.DirectorySeparatorChar).Any(folders.Contains)).Order(StringComparer.Ordinal).ToList();
var trees = files.Select(f => CSharpSyntaxTree.ParseText(File.ReadAllText(f), parsing, f, Encoding.UTF8)).ToList();
var all = new List<SyntaxTree>(trees);
if (request.GlobalUsings.Length > 0)
    all.Add(CSharpSyntaxTree.ParseText(string.Concat(request.GlobalUsings.Select(n => $"global using global::{n};\n")), parsing));
var options = new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true,
    nullableContextOptions: request.Nullable ? NullableContextOptions.Enable : NullableContextOptions.Disable);
var compilation = CSharpCompilation.Create("Sampled", all, references, options);

// Reservoir sampling: every expression is as likely as any other.
var random = new Random(request.Seed);
var drawn = new List<ExpressionSyntax>();
var seen = 0;
foreach (var tree in trees.Where(t => request.Files is null || Regex.IsMatch(Path.GetRelativePath(request.Root, t.FilePath), request.Files)))
    foreach (var expression in tree.GetRoot().DescendantNodes().OfType<ExpressionSyntax>().Where(IsAsked))
    {
        seen++;
        if (drawn.Count < request.Count) drawn.Add(expression);
        else if (random.Next(seen) is var place && place < drawn.Count) drawn[place] = expression;
    }

var errors = compilation.GetDiagnostics().Count(d => d.Severity == DiagnosticSeverity.Error);
Write(new { files = files.Count, expressions = seen, errors });
// Without annotations of reference types: `?` is `Nullable<T>` only. Tuples without the names of their elements.
var plain = SymbolDisplayFormat.CSharpErrorMessageFormat.WithMiscellaneousOptions(
    SymbolDisplayMiscellaneousOptions.UseSpecialTypes | SymbolDisplayMiscellaneousOptions.EscapeKeywordIdentifiers | SymbolDisplayMiscellaneousOptions.ExpandValueTuple);
var annotated = plain.AddMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);
var number = 0;
foreach (var expression in drawn.OrderBy(e => e.SyntaxTree.FilePath, StringComparer.Ordinal).ThenBy(e => e.SpanStart).ThenByDescending(e => e.Span.Length))
{
    var model = compilation.GetSemanticModel(expression.SyntaxTree);
    var info = model.GetTypeInfo(expression);
    var symbol = model.GetSymbolInfo(expression).Symbol;
    var text = expression.SyntaxTree.GetText();
    int Bytes(int offset) => Encoding.UTF8.GetByteCount(text.ToString(new Microsoft.CodeAnalysis.Text.TextSpan(0, offset)));
    var start = Bytes(expression.SpanStart);
    var names = number++ % request.NamesEvery == 0;
    Write(new
    {
        file = expression.SyntaxTree.FilePath,
        start,
        end = start + Encoding.UTF8.GetByteCount(text.ToString(expression.Span)),
        line = text.Lines.GetLinePosition(expression.SpanStart).Line + 1,
        kind = Kind(expression, symbol),
        type = Text(info.Type, plain),
        annotated = Text(info.Type, annotated),
        converted = Text(info.ConvertedType, plain),
        symbol = symbol is null or ITypeSymbol { TypeKind: TypeKind.Error } ? null : SymbolText(symbol),
        names = names ? model.LookupSymbols(expression.SpanStart).Select(s => s.Name).Distinct().Order(StringComparer.Ordinal).ToArray() : null,
    });
}

// Not the name behind a dot, which is the same question as the whole access, not the part `.b` of `a?.b`, and not the names of arguments and
// initialized members.
static bool IsAsked(ExpressionSyntax e) => e.GetFirstToken().Parent is not (MemberBindingExpressionSyntax or BracketedArgumentListSyntax { Parent: ElementBindingExpressionSyntax })
    && e.Parent is not (MemberAccessExpressionSyntax or QualifiedNameSyntax or AliasQualifiedNameSyntax
    or MemberBindingExpressionSyntax or NameColonSyntax or NameEqualsSyntax or ExpressionColonSyntax { Parent: SubpatternSyntax })
    || e.Parent is MemberAccessExpressionSyntax access && access.Expression == e && e.GetFirstToken().Parent is not MemberBindingExpressionSyntax
    || e.Parent is QualifiedNameSyntax qualified && qualified.Left == e;

static string Kind(ExpressionSyntax e, ISymbol? symbol) =>
    SyntaxFacts.IsInTypeOnlyContext(e) || SyntaxFacts.IsInNamespaceOrTypeContext(e) || symbol is ITypeSymbol or INamespaceSymbol ? "TypeOrNamespace"
    : e is SimpleNameSyntax ? symbol?.Kind.ToString() is { } kind ? "Name:" + kind : "Name"
    : e.Kind().ToString().Replace("Expression", "");

static string? Text(ITypeSymbol? type, SymbolDisplayFormat format) => type is null or { TypeKind: TypeKind.Error } ? null : type.ToDisplayString(format);

// The declaration, whatever its type arguments are here: container, name, and the types of the parameters as they are declared. Built-in
// operators and lambdas are declared nowhere.
string? SymbolText(ISymbol symbol)
{
    if (symbol is IMethodSymbol { MethodKind: MethodKind.BuiltinOperator or MethodKind.AnonymousFunction } or IParameterSymbol { IsThis: true }) return null;
    if (symbol is IMethodSymbol { ReducedFrom: { } reduced }) symbol = reduced;
    symbol = symbol.OriginalDefinition;
    return symbol switch
    {
        ILocalSymbol or IParameterSymbol or IRangeVariableSymbol or ILabelSymbol => symbol.Name,
        ITypeParameterSymbol => symbol.Name,
        ITypeSymbol type => type.ToDisplayString(plain),
        IMethodSymbol { MethodKind: MethodKind.LocalFunction } => symbol.Name,
        IMethodSymbol { ContainingType: { } container } method => $"{container.ToDisplayString(plain)}.{Name(method)}({Parameters(method.Parameters)})",
        IPropertySymbol { IsIndexer: true, ContainingType: { } container } indexer => $"{container.ToDisplayString(plain)}.this[]({Parameters(indexer.Parameters)})",
        { ContainingType: { } container } => $"{container.ToDisplayString(plain)}.{symbol.Name}",
        _ => symbol.ToDisplayString(plain),
    };
}
static string Name(IMethodSymbol method) => method.MethodKind switch
{
    MethodKind.Constructor => ".ctor",
    MethodKind.UserDefinedOperator => method.ToDisplayString(new SymbolDisplayFormat()),
    MethodKind.Conversion => method.Name == "op_Implicit" ? "implicit operator" : "explicit operator",
    _ => method.Name,
};
string Parameters(IEnumerable<IParameterSymbol> parameters) => string.Join(", ", parameters.Select(p => p.Type.ToDisplayString(plain)));

static void Write(object value) => Console.WriteLine(JsonSerializer.Serialize(value, JsonSerializerOptions.Web));

/// <summary>What is asked.</summary>
record Request(string Root, string[] References, string[] GlobalUsings, string[] Defines, bool Nullable, int Seed, int Count, int NamesEvery, string? LanguageVersion, string? Files);
