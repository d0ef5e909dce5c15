use crate::{repository, shared};
use std::path::PathBuf;
use std::process::Command;

/// A .NET SDK for tests.
pub struct Dotnet {
    /// A script that sets its variables, where it needs some.
    environment: Option<PathBuf>,
}

/// The SDK that lies beside the repository on the project's own machines, unpacked into the git-ignored cache on first use; else the one on `PATH`, from
/// version 10 on.
///
/// # Errors
/// Why there is none.
pub fn dotnet() -> Result<Dotnet, String> {
    if let Some(kit) = shared("dotnet").filter(|kit| kit.join("install.sh").is_file()) {
        let to = repository().join(".cache/dotnet");
        let status = Command::new("bash").arg(kit.join("install.sh")).arg(&to).output().map_err(|e| e.to_string())?;
        if status.status.success() {
            return Ok(Dotnet { environment: Some(to.join("env")) });
        }
    }
    let version = Command::new("dotnet").arg("--version").output().map_err(|_| "no dotnet on PATH".to_owned())?;
    let version = String::from_utf8_lossy(&version.stdout).trim().to_owned();
    let major = version.split('.').next().and_then(|n| n.parse::<u32>().ok());
    match major {
        Some(10..) => Ok(Dotnet { environment: None }),
        _ => Err(format!("dotnet is {version}, and 10.0 is needed")),
    }
}

impl Dotnet {
    /// A command that runs `script` in a shell with the SDK on `PATH`.
    pub fn shell(&self, script: &str) -> Command {
        let mut command = Command::new("bash");
        let source = self.environment.as_ref().map_or(String::new(), |env| format!(". '{}' && ", env.display()));
        command.arg("-c").arg(format!("{source}{script}"));
        command
    }
}
