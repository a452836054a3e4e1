package io.quorate.node;

/// A call that waits for its result. Exactly one of the two is called, once, on the node's loop.
///
/// @param <T> the result
public interface Call<T> {
  void done(T result);

  void unanswered(Unanswered why);
}
