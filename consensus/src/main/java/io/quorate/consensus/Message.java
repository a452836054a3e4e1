package io.quorate.consensus;

/// What one machine says to another. Each protocol seals its own kinds under it.
///
/// A message that promises something (a vote, an acknowledgement) is a plain `Message` and can only
/// be sent durably; what must wait for the disk does not compile with [Effects#send].
public interface Message {
  /// A message that promises nothing of what its sender holds.
  interface Notice extends Message {}
}
