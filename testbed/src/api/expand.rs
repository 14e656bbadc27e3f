//! The `expand` query of computers: which complex properties are answered.

use crate::estate::Module;

/// Words for properties that the simulator does not model: accepted, and nothing comes.
const NOT_MODELLED: [&str; 6] = [
    "ESXSummary",
    "azureARMVirtualMachineSummary",
    "azureVMVirtualMachineSummary",
    "vmwareVMVirtualMachineSummary",
    "vcloudVMVirtualMachineSummary",
    "gcpVirtualMachineSummary",
];

/// What was asked for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Expand {
    modules: Vec<Module>,
    pub(crate) status: bool,
    pub(crate) tasks: bool,
    pub(crate) updates: bool,
    pub(crate) settings: bool,
    pub(crate) interfaces: bool,
    pub(crate) ec2: bool,
    pub(crate) no_connector: bool,
    pub(crate) workspace: bool,
}

impl Expand {
    /// Reads the values of all `expand` parameters; without any, everything is answered.
    ///
    /// # Errors
    /// The first word that the Manager does not know.
    pub(crate) fn parse<'a>(words: impl Iterator<Item = &'a str>) -> Result<Self, String> {
        let mut expand = Self::default();
        let mut asked = false;
        for word in words {
            asked = true;
            expand.add(word)?;
        }
        if !asked {
            expand.add("all")?;
        }
        Ok(expand)
    }

    pub(crate) fn module(&self, module: Module) -> bool {
        self.modules.contains(&module)
    }

    fn summaries(&mut self) {
        self.ec2 = true;
        self.no_connector = true;
        self.workspace = true;
    }

    fn add(&mut self, word: &str) -> Result<(), String> {
        match word {
            "none" => {}
            "all" => {
                self.modules.extend(Module::ALL);
                self.status = true;
                self.tasks = true;
                self.updates = true;
                self.settings = true;
                self.interfaces = true;
                self.summaries();
            }
            "allSecurityModules" => self.modules.extend(Module::ALL),
            "allVirtualMachineSummaries" => self.summaries(),
            "computerStatus" => self.status = true,
            "tasks" => self.tasks = true,
            "securityUpdates" => self.updates = true,
            "computerSettings" => self.settings = true,
            "interfaces" => self.interfaces = true,
            "ec2VirtualMachineSummary" => self.ec2 = true,
            "noConnectorVirtualMachineSummary" => self.no_connector = true,
            "workspaceVirtualMachineSummary" => self.workspace = true,
            word if NOT_MODELLED.contains(&word) => {}
            word => match Module::ALL
                .into_iter()
                .find(|module| module.property() == word)
            {
                Some(module) => self.modules.push(module),
                None => return Err(word.to_owned()),
            },
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Expand;
    use crate::estate::Module;

    #[test]
    fn without_the_parameter_everything_comes_and_with_none_nothing() {
        let all = Expand::parse([].into_iter()).unwrap();
        assert!(all.status && all.ec2 && all.module(Module::Sap));
        let none = Expand::parse(["none"].into_iter()).unwrap();
        assert!(!none.status && !none.ec2 && !none.module(Module::Sap));
    }

    #[test]
    fn repeated_words_add_up_and_an_unknown_one_is_refused() {
        let some = Expand::parse(["computerStatus", "SAP"].into_iter()).unwrap();
        assert!(some.status && some.module(Module::Sap) && !some.tasks);
        assert_eq!(Expand::parse(["sap"].into_iter()).unwrap_err(), "sap");
    }
}
