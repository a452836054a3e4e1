package io.quorate.simulation.consensus;

/// What a protocol calls invariants that it shares with others, by the ids of
/// `docs/reliability.md`.
///
/// @param oneLeader a term has one leader
/// @param membership members are those of the era, and only voters lead
/// @param reads a read is confirmed after it came, under an id that was never used
public record Names(String oneLeader, String membership, String reads) {}
