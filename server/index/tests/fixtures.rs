//! The sample project, broken as it is, is understood.

use index::Index;
use std::path::{Path, PathBuf};

fn shop() -> Index {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/csharp-shop/before");
    let mut files: Vec<(String, String)> = Vec::new();
    let mut folders: Vec<PathBuf> = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("the sample is in the repository").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "cs" || e == "csproj") {
                let name = path.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
                files.push((format!("/{name}"), std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    Index::in_memory(files.iter().map(|(p, t)| (p.as_str(), t.as_str())))
}

fn declared(index: &Index, file: &str) -> Vec<String> {
    let outline = index.outline(Path::new(file)).unwrap();
    let name = |d: &index::Declaration| match d.parent {
        Some(p) => format!("{}.{}", outline.declarations[p as usize].name, d.name),
        None => format!("{}.{}", d.namespace, d.name),
    };
    outline.declarations.iter().map(name).collect()
}

#[test]
fn every_declaration_is_found_in_spite_of_the_errors() {
    let index = shop();
    assert_eq!(
        declared(&index, "/Models/Order.cs"),
        ["Shop.Models.Order", "Order..ctor", "Order.Id", "Order.Note", "Order.Lines", "Shop.Models.OrderLine"]
    );
    assert_eq!(
        declared(&index, "/Models/Customer.cs"),
        ["Shop.Models.Customer", "Customer..ctor", "Customer.Name", "Customer.Orders", "Customer.ToString"]
    );
    assert_eq!(
        declared(&index, "/Services/PriceCalculator.cs"),
        [
            "Shop.Services.PriceCalculator",
            "PriceCalculator.Total",
            "PriceCalculator.Describe",
            "Shop.Services.DiscountCalculator",
            "DiscountCalculator.Total"
        ]
    );
}

#[test]
fn its_names_mean_what_the_compiler_says() {
    let index = shop();
    let cs = index.csharp();
    assert!(cs.project(Path::new("/Models/Order.cs")).path.ends_with("Shop.csproj"));
    let resolve = |text: &str, file: &str| {
        let path = Path::new(file);
        let offset = index.text(path).unwrap().rfind('}').unwrap();
        cs.resolve(text, path, offset).map(|t| t.full_name())
    };
    assert_eq!(resolve("List<OrderLine>", "/Models/Order.cs").unwrap(), "System.Collections.Generic.List");
    assert_eq!(resolve("List<Order>", "/Models/Customer.cs"), None, "the using is what is missing");
    assert_eq!(resolve("Order", "/Models/Customer.cs").unwrap(), "Shop.Models.Order");
    assert_eq!(resolve("StringBuilder", "/Services/PriceCalculator.cs"), None);
    let store = cs.types_named("OrderStore").remove(0);
    let bases: Vec<String> = cs.bases(&store).iter().filter_map(|(_, b)| Some(b.as_ref()?.full_name())).collect();
    assert_eq!(bases, ["Shop.Services.IOrderStore"]);
    let line = cs.types_named("OrderLine").remove(0);
    let members: Vec<String> = cs.members(&line).iter().map(|m| m.declaration.name.to_string()).collect();
    assert_eq!(members, ["Product", "Quantity", "Price"]);
}
