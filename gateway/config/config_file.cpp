#include "gateway/config/config_file.hpp"

#include <cerrno>
#include <fstream>
#include <system_error>

namespace tickweir::gateway {
namespace {

ParsedConfig unreadable(const std::filesystem::path& path, const std::string& why) {
    ParsedConfig out;
    ConfigError& error = out.errors.emplace_back();
    error.place.source = path.string();
    error.reason = why;
    return out;
}

}  // namespace

ParsedConfig load_config(const std::optional<std::filesystem::path>& path,
                         std::span<const std::string> overrides) {
    if (!path) return parse_config("", "", overrides);
    std::error_code error;
    const auto status = std::filesystem::status(*path, error);
    if (error) return unreadable(*path, "cannot be read: " + error.message());
    if (std::filesystem::is_directory(status)) return unreadable(*path, "is a directory");

    errno = 0;
    std::ifstream file{*path, std::ios::binary};
    if (!file)
        return unreadable(*path, "cannot be read: " + std::generic_category().message(errno));
    std::string text(config_bytes_max + 1, '\0');  // One more, so that too long a file shows.
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (file.bad()) return unreadable(*path, "cannot be read to its end");
    text.resize(static_cast<std::size_t>(file.gcount()));
    return parse_config(text, path->string(), overrides);
}

}  // namespace tickweir::gateway
