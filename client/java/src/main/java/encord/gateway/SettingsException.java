package encord.gateway;

/** An option or environment variable that cannot be; the message starts with its name. */
public final class SettingsException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  SettingsException(String setting, String problem) {
    super(setting + ": " + problem);
  }
}
