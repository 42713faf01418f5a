pub mod capture;
pub mod tap;
pub mod wire;
