#!/bin/sh
# Makes the bytecode beside contracts.sol anew. It needs Node.js and its package
# manager, which fetches the compiler; the tests need neither.
set -eu
cd "$(dirname "$0")"
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
npm install --silent --prefix "$made" solc@0.8.37
"$made/node_modules/.bin/solcjs" --bin --optimize -o "$made/out" contracts.sol
for file in "$made"/out/contracts_sol_*.bin; do
	name=${file##*/contracts_sol_}
	{ cat "$file"; echo; } >"${name%.bin}.hex"
done
