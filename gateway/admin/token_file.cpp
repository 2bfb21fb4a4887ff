#include "gateway/admin/token_file.hpp"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <utility>

namespace tickweir::gateway {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t token_bytes = 32;
constexpr std::size_t file_bytes_max = 4'096;

std::string error_text(int error) {
    return std::generic_category().message(error);
}

class File {
public:
    explicit File(int fd) : fd_{fd} {}
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    ~File() {
        if (fd_ >= 0) ::close(fd_);
    }
    int fd() const { return fd_; }

private:
    int fd_;
};

/// Why a folder is not this user's alone; none: it is, and it exists now.
std::optional<std::string> make_private_folder(const fs::path& folder) {
    if (::mkdir(folder.c_str(), S_IRWXU) != 0 && errno != EEXIST) return error_text(errno);
    struct stat found {};
    if (::lstat(folder.c_str(), &found) != 0) return error_text(errno);
    if (!S_ISDIR(found.st_mode)) return "it is no directory";
    if (found.st_uid != ::geteuid()) return "it belongs to another user";
    if ((found.st_mode & (S_IRWXG | S_IRWXO)) != 0) return "other users can look into it";
    return std::nullopt;
}

bool write_all(int fd, std::string_view text) {
    while (!text.empty()) {
        const ssize_t written = ::write(fd, text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

/// The open file, or why it cannot be written. One that a gateway left behind is replaced.
std::variant<int, std::string> write_private(const fs::path& path, std::string_view text) {
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) return error_text(errno);
    const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                          S_IRUSR | S_IWUSR);
    if (fd < 0) return error_text(errno);
    if (write_all(fd, text)) return fd;
    const int error = errno;
    ::unlink(path.c_str());
    ::close(fd);
    return error_text(error);
}

}  // namespace

std::string make_token() {
    std::array<unsigned char, token_bytes> random{};
    // Up to 256 bytes come whole or not at all.
    while (::getrandom(random.data(), random.size(), 0) != ssize_t{token_bytes}) {
        if (errno != EINTR)
            throw std::system_error{errno, std::generic_category(), "cannot make a token"};
    }
    constexpr std::string_view digits = "0123456789abcdef";
    std::string token;
    for (const unsigned byte : random)
        token += {digits[byte >> 4U], digits[byte & 15U]};
    return token;
}

std::vector<fs::path> token_folders() {
    std::vector<fs::path> folders;
    const char* const runtime = std::getenv("XDG_RUNTIME_DIR");
    if (runtime != nullptr && fs::path{runtime}.is_absolute())
        folders.push_back(fs::path{runtime} / "tickweir");
    std::error_code none;
    fs::path temporary = fs::temp_directory_path(none);
    if (none) temporary = "/tmp";
    folders.push_back(temporary / ("tickweir-" + std::to_string(::geteuid())));
    return folders;
}

std::vector<fs::path> token_paths(std::uint16_t port) {
    std::vector<fs::path> paths = token_folders();
    for (fs::path& path : paths)
        path /= "admin-" + std::to_string(port) + ".token";
    return paths;
}

TokenFile::TokenFile(const std::vector<fs::path>& paths, const std::string& token) {
    std::string why;
    for (const fs::path& path : paths) {
        auto wrong = make_private_folder(path.parent_path());
        if (!wrong) {
            const auto written = write_private(path, token + '\n');
            if (const int* const fd = std::get_if<int>(&written)) {
                path_ = path;
                fd_ = *fd;
                return;
            }
            wrong = std::get<std::string>(written);
        }
        why += (why.empty() ? "" : "; ") + path.string() + ": " + *wrong;
    }
    throw std::runtime_error{"the token of the admin port cannot be kept: " + why};
}

TokenFile::~TokenFile() {
    struct stat own {};
    struct stat found {};
    const bool is_own = ::fstat(fd_, &own) == 0 && ::lstat(path_.c_str(), &found) == 0 &&
                        found.st_dev == own.st_dev && found.st_ino == own.st_ino;
    if (is_own) ::unlink(path_.c_str());
    ::close(fd_);
}

std::variant<std::string, std::string> read_token(const fs::path& path) {
    const auto wrong = [&path](const std::string& why) {
        return std::variant<std::string, std::string>{std::in_place_index<1>,
                                                      path.string() + ": " + why};
    };
    // Not to wait for whoever might write into a pipe.
    const File file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
    if (file.fd() < 0) return wrong(error_text(errno));
    std::array<char, file_bytes_max + 1> buffer;
    std::size_t size = 0;
    while (size < buffer.size()) {
        const ssize_t got = ::read(file.fd(), buffer.data() + size, buffer.size() - size);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return wrong(error_text(errno));
        if (got == 0) break;
        size += static_cast<std::size_t>(got);
    }
    if (size > file_bytes_max) return wrong("it is too long for a token");
    std::string_view text{buffer.data(), size};
    while (text.ends_with('\n') || text.ends_with('\r'))
        text.remove_suffix(1);
    if (text.empty()) return wrong("it is empty");
    return std::variant<std::string, std::string>{std::in_place_index<0>, text};
}

}  // namespace tickweir::gateway
