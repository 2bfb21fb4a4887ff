#include "txn/io/files.hpp"

#include <filesystem>

namespace tickweir::txn::io {

std::string directory_of(const std::string& path) {
    const auto parent = std::filesystem::path{path}.lexically_normal().parent_path();
    return parent.empty() ? "." : parent.string();
}

Result<void> Files::make_directories(const std::string& path) {
    std::filesystem::path reached;
    for (const auto& part : std::filesystem::path{path}.lexically_normal()) {
        reached /= part;
        if (part.empty() || part == "." || part == ".." || part == "/") continue;
        const auto made = make_directory(reached.string());
        if (!made) return made.error();
        if (!*made) continue;
        if (auto synced = sync_directory(directory_of(reached.string())); !synced) return synced;
    }
    return {};
}

}  // namespace tickweir::txn::io
