// A password or key as the configuration names it. The value is read when it is needed and never
// kept here, printed or put into an error; a literal is shown as `***`.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace tickweir::gateway {

/// `env:NAME`, `file:PATH`, or the value itself.
class Secret {
public:
    enum class Kind : std::uint8_t { environment, file, literal };

    /// What stands in place of a literal; as a value it is refused by the configuration.
    static constexpr std::string_view mask = "***";

    Secret() = default;
    explicit Secret(std::string_view text);

    Kind kind() const { return kind_; }
    /// Fit for logs and printed configuration: the reference, or the mask of a literal.
    std::string shown() const;

    friend bool operator==(const Secret&, const Secret&) = default;

private:
    friend struct ResolvedSecret resolve(const Secret&, const struct SecretSources&);

    Kind kind_ = Kind::literal;
    std::string text_;  // the name, the path or the value
};

/// Where values come from: each answers nothing when there is none.
struct SecretSources {
    std::function<std::optional<std::string>(const std::string& name)> environment;
    std::function<std::optional<std::string>(const std::string& path)> file;
};

/// The value, or why there is none; the reason names the reference and never a value.
struct ResolvedSecret {
    std::optional<std::string> value;
    std::string reason;
};

/// Looks the value up. Of a file the line end behind the last line does not count. An empty value
/// is refused, for it would let everybody in.
ResolvedSecret resolve(const Secret& secret, const SecretSources& sources);

/// The process's environment and files of at most 64 KiB.
SecretSources system_secrets();

}  // namespace tickweir::gateway
