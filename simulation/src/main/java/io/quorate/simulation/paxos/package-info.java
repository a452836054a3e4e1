/// The invariants of Multi-Paxos, by the ids of `docs/reliability.md`, a subject per file.
@NullMarked
package io.quorate.simulation.paxos;

import org.jspecify.annotations.NullMarked;
