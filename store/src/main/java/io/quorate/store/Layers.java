package io.quorate.store;

import io.quorate.replica.Worker;

/// What a state is kept in, from where it is durable up to where it changes, and what moves it
/// between.
///
/// @param reader reads from the engine what may take long
record Layers(
    SharedEngine engine,
    Worker reader,
    Overlay overlay,
    NewestCache cache,
    LayeredKeys keys,
    Drains drains,
    Fetcher fetcher) {}
