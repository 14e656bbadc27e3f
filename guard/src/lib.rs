//! Rules that users write in Guard, evaluated over the facts of one instance.
