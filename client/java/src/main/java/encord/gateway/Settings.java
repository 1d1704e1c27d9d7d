package encord.gateway;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where the gateway is and how to talk to it: options, and the environment for what they leave open. */
final class Settings {
  // A name or an IPv4 address, or an IPv6 address in brackets, and a port.
  private static final Pattern ADDRESS =
      Pattern.compile("(?:\\[[0-9A-Fa-f:.%]+\\]|[^\\s:/\\[\\]]+):([0-9]{1,5})");
  private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]+");
  private static final Map<String, Boolean> SWITCH =
      Map.of("1", true, "true", true, "0", false, "false", false);

  final String address;
  // Empty: none is sent.
  final String token;
  final boolean tls;
  // Empty: the JDK's certificate authorities.
  final Optional<Path> caFile;

  /** Settles the options, null where not given, with the environment. */
  Settings(String address, String token, Boolean tls, String caFile, Map<String, String> environment) {
    String option = caFile == null ? "" : caFile;
    if (Boolean.FALSE.equals(tls) && !option.isEmpty()) {
      throw new SettingsException("caFile", "given although tls is off");
    }
    if (tls != null) {
      this.tls = tls;
    } else {
      this.tls = !option.isEmpty() || readSwitch("ENCORD_GATEWAY_TLS", environment);
    }
    String variable = environment.getOrDefault("ENCORD_GATEWAY_CA_FILE", "");
    if (!option.isEmpty()) {
      this.caFile = Optional.of(readCa("caFile", option));
    } else if (this.tls && !variable.isEmpty()) {
      this.caFile = Optional.of(readCa("ENCORD_GATEWAY_CA_FILE", variable));
    } else {
      this.caFile = Optional.empty();
    }
    this.address = readAddress(address, environment);
    this.token = readToken(token, environment);
  }

  private static String readAddress(String option, Map<String, String> environment) {
    String setting = option == null ? "ENCORD_GATEWAY" : "address";
    String value = option == null ? environment.getOrDefault("ENCORD_GATEWAY", "") : option;
    Matcher match = ADDRESS.matcher(value);
    int port = match.matches() ? Integer.parseInt(match.group(1)) : 0;
    if (port < 1 || port > 65535) {
      throw new SettingsException(setting, "must be HOST:PORT, is \"" + value + "\"");
    }
    return value;
  }

  private static String readToken(String option, Map<String, String> environment) {
    String setting = option == null ? "ENCORD_GATEWAY_TOKEN" : "token";
    String value = option == null ? environment.getOrDefault("ENCORD_GATEWAY_TOKEN", "") : option;
    // The value is a secret and must not get into an error.
    if (!value.isEmpty() && !TOKEN.matcher(value).matches()) {
      throw new SettingsException(setting, "must be printable ASCII without blanks");
    }
    return value;
  }

  private static boolean readSwitch(String setting, Map<String, String> environment) {
    String value = environment.getOrDefault(setting, "");
    if (value.isEmpty()) {
      return false;
    }
    Boolean on = SWITCH.get(value);
    if (on == null) {
      throw new SettingsException(setting, "must be 1, true, 0 or false, is \"" + value + "\"");
    }
    return on;
  }

  private static Path readCa(String setting, String path) {
    String pem;
    try {
      pem = new String(Files.readAllBytes(Path.of(path)), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new SettingsException(setting, "cannot read " + path);
    }
    if (!pem.contains("-----BEGIN CERTIFICATE-----")) {
      throw new SettingsException(setting, "no PEM certificate in " + path);
    }
    return Path.of(path);
  }
}
