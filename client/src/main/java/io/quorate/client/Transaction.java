package io.quorate.client;

import java.util.List;

/// Operations that take effect all at one revision, or not at all.
///
/// @param when all of these must hold; none: they do
/// @param then what is done if they hold
/// @param otherwise what is done if one does not
public record Transaction(List<Comparison> when, List<Operation> then, List<Operation> otherwise)
    implements Operation {

  public Transaction {
    when = List.copyOf(when);
    then = List.copyOf(then);
    otherwise = List.copyOf(otherwise);
  }
}
