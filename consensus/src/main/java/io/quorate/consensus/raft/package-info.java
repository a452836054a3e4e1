/// Raft, after Diego Ongaro's thesis "Consensus: Bridging Theory and Practice" (2014).
///
/// [Raft] is the machine; [Voting] elects (thesis 3.4, 9.6), [Following] accepts a leader's entries
/// (3.5), [Leading] replicates, decides and hands over (3.5, 3.10, 10.2) and answers read barriers
/// (6.4).
@NullMarked
package io.quorate.consensus.raft;

import org.jspecify.annotations.NullMarked;
