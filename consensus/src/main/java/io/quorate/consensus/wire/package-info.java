/// Bytes and how things become them: shared by messages between nodes and records in the journal.
///
/// Everything that leaves a node or survives it is written here: fixed-width numbers big-endian,
/// lengths and counts as unsigned LEB128, no reflection, no self-describing format. A reader never
/// trusts what it reads: each length is checked against what is left before anything is allocated.
@NullMarked
package io.quorate.consensus.wire;

import org.jspecify.annotations.NullMarked;
