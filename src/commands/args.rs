//! The flags of the configuration, made from its own table.

use std::path::PathBuf;

use clap::{Arg, ArgMatches, Args, Command, FromArgMatches, value_parser};

use crate::config::{self, Config, ConfigError, Sources};

/// Where the configuration is read from.
#[derive(Clone, Debug, Default)]
pub(super) struct ConfigArgs {
    file: Option<PathBuf>,
    flags: Vec<(&'static str, String)>,
}

impl ConfigArgs {
    /// The sources, with this process's variables.
    pub(super) fn sources(&self) -> Sources {
        Sources {
            flags: self.flags.clone(),
            variables: Sources::variables_of_process(),
            file: self.file.clone(),
        }
    }

    /// The configuration.
    ///
    /// # Errors
    /// All that is wrong with it.
    pub(super) fn load(&self) -> Result<Config, ConfigError> {
        Config::load(&self.sources())
    }
}

impl Args for ConfigArgs {
    fn augment_args(command: Command) -> Command {
        let file = Arg::new("config")
            .long("config")
            .env(config::FILE_VARIABLE)
            .value_name("FILE")
            .value_parser(value_parser!(PathBuf))
            .help("The configuration file");
        let flags = config::flags().map(|(flag, name, placeholder, meaning)| {
            Arg::new(name)
                .long(flag)
                .value_name(placeholder)
                .help(meaning)
                .help_heading("Configuration (see `guestpass config-reference`)")
                .hide_short_help(true)
        });
        command.arg(file).args(flags)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for ConfigArgs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let flags = config::flags()
            .filter_map(|(_, name, ..)| Some((name, matches.get_one::<String>(name)?.clone())))
            .collect();
        Ok(Self {
            file: matches.get_one::<PathBuf>("config").cloned(),
            flags,
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}
