package io.quorate.cli;

import picocli.CommandLine;

/// Reads a lease's id.
final class LeaseId implements CommandLine.ITypeConverter<Long> {
  @Override
  public Long convert(String text) {
    return parse(text);
  }

  static long parse(String text) {
    try {
      return Long.parseUnsignedLong(text, 16);
    } catch (NumberFormatException e) {
      throw new CommandLine.TypeConversionException(
          "\"%s\" is no id of a lease: it must be hexadecimal, as \"quorate lease list\" prints it"
              .formatted(text));
    }
  }
}
