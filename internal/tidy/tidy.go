// Package tidy holds the rules that this repository keeps, as tests: import
// direction, lengths, comments, banned names with their replacements. It has
// no code of its own.
package tidy
