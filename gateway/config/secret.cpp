#include "gateway/config/secret.hpp"

#include <cstdlib>
#include <fstream>

namespace tickweir::gateway {
namespace {

constexpr std::string_view environment_prefix = "env:";
constexpr std::string_view file_prefix = "file:";
constexpr std::size_t file_bytes_max = 65'536;

std::optional<std::string> read_secret_file(const std::string& path) {
    std::ifstream file{path, std::ios::binary};
    std::string text(file_bytes_max + 1, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    const auto length = static_cast<std::size_t>(file.gcount());
    // A whole file ends before the buffer does; anything else is no file, or far too long.
    if (!file.eof() || length > file_bytes_max) return std::nullopt;
    text.resize(length);
    return text;
}

}  // namespace

Secret::Secret(std::string_view text) : text_(text) {
    if (text.starts_with(environment_prefix)) {
        kind_ = Kind::environment;
        text_ = text.substr(environment_prefix.size());
    } else if (text.starts_with(file_prefix)) {
        kind_ = Kind::file;
        text_ = text.substr(file_prefix.size());
    }
}

std::string Secret::shown() const {
    switch (kind_) {
        case Kind::environment:
            return std::string{environment_prefix} + text_;
        case Kind::file:
            return std::string{file_prefix} + text_;
        case Kind::literal:
            break;
    }
    return std::string{mask};
}

ResolvedSecret resolve(const Secret& secret, const SecretSources& sources) {
    ResolvedSecret out;
    switch (secret.kind_) {
        case Secret::Kind::environment:
            out.value = sources.environment(secret.text_);
            if (!out.value) out.reason = secret.shown() + ": no such environment variable";
            break;
        case Secret::Kind::file:
            out.value = sources.file(secret.text_);
            if (!out.value) out.reason = secret.shown() + ": cannot be read, or is over 64 KiB";
            if (out.value && out.value->ends_with('\n')) out.value->pop_back();
            if (out.value && out.value->ends_with('\r')) out.value->pop_back();
            break;
        case Secret::Kind::literal:
            out.value = secret.text_;
            break;
    }
    if (out.value && out.value->empty()) {
        out.value.reset();
        out.reason = secret.shown() + ": is empty";
    }
    return out;
}

SecretSources system_secrets() {
    return {[](const std::string& name) -> std::optional<std::string> {
                const char* const value = std::getenv(name.c_str());
                if (value == nullptr) return std::nullopt;
                return value;
            },
            read_secret_file};
}

}  // namespace tickweir::gateway
