package io.quorate.client;

/// A snapshot that came whole: its last 32 bytes are the SHA-256 of all before them.
///
/// @param bytes all of it, the checksum with it
/// @param sha256 in hex
/// @param version of the storage that it is of; empty if the server does not say
public record Snapshot(long bytes, String sha256, String version) {}
