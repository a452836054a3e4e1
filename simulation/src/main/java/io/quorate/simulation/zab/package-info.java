/// The invariants of Zab, by the ids of `docs/reliability.md`, a subject per file.
@NullMarked
package io.quorate.simulation.zab;

import org.jspecify.annotations.NullMarked;
