"""Writes the files of this folder: one table of transactions as cryo has them,
by other programs than the library that reads them. Made with pyarrow 26.0.1 and
polars 2.1.0 (cryo writes by polars)."""

import hashlib

import polars
import pyarrow
import pyarrow.parquet

ROWS = 60


def some(kind, row, size):
    return hashlib.sha256(f"{kind} {row}".encode()).digest()[:size]


def cell(row):
    value = row**11 * 7
    return {
        "block_number": 100 + row // 4,
        "transaction_index": row % 4,
        "transaction_hash": some("hash", row, 32),
        "from_address": some("address", row % 5, 20),
        "to_address": None if row % 7 == 3 else some("address", row % 3 + 9, 20),
        "value_binary": None if row % 11 == 5 else value.to_bytes(32, "big"),
        "value_string": None if row % 11 == 5 else str(value),
        "value_f64": float(value),
        "gas_limit": 21000,
        "gas_used": None if row % 13 == 2 else 21000 + row,
        "gas_price": 1_000_000_000,
        "success": row % 6 != 1,
        "chain_id": 1,
    }


TYPES = {
    "block_number": pyarrow.uint32(),
    "transaction_index": pyarrow.uint64(),
    "transaction_hash": pyarrow.binary(),
    "from_address": pyarrow.binary(),
    "to_address": pyarrow.binary(),
    "value_binary": pyarrow.binary(),
    "value_string": pyarrow.string(),
    "value_f64": pyarrow.float64(),
    "gas_limit": pyarrow.uint64(),
    "gas_used": pyarrow.uint64(),
    "gas_price": pyarrow.uint64(),
    "success": pyarrow.bool_(),
    "chain_id": pyarrow.uint64(),
}

table = pyarrow.Table.from_pylist([cell(row) for row in range(ROWS)], schema=pyarrow.schema(list(TYPES.items())))


def write(name, **options):
    pyarrow.parquet.write_table(table, name, write_batch_size=8, store_schema=False, **options)


write("zstd.parquet", compression="zstd")
write("plain1.parquet", compression="lz4", use_dictionary=False, data_page_version="1.0", row_group_size=35, data_page_size=200, write_page_checksum=True)
write("words2.parquet", compression="lz4", use_dictionary=[name for name in TYPES if name != "success"], column_encoding={"success": "PLAIN"}, data_page_version="2.0", row_group_size=35, data_page_size=50, write_page_index=True)
write("runs.parquet", compression="lz4", use_dictionary=False, data_page_version="2.0")
polars.from_arrow(table).write_parquet("polars.parquet", compression="lz4", row_group_size=35, data_page_size=200)
