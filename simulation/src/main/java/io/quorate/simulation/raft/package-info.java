/// The invariants of Raft, by the ids of `docs/reliability.md`, a subject per file.
@NullMarked
package io.quorate.simulation.raft;

import org.jspecify.annotations.NullMarked;
