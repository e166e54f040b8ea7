package config

// SignPasswordVariable holds the password of a key that signs evidence bundles.
const SignPasswordVariable = "CLEW_SIGN_PASSWORD"
