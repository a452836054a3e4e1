package io.quorate.client;

import java.util.List;

/// A lease that lives.
///
/// @param granted its whole time to live: seconds
/// @param remaining what is left of it if it is not kept alive: seconds, rounded down
/// @param keys what is attached to it, in order; empty if it was not asked for
public record LeaseStatus(long id, long granted, long remaining, List<ByteSequence> keys) {}
