from conan import ConanFile


class Mbedtls(ConanFile):
    """The system's mbedTLS under the names of the real recipe."""
    name = "mbedtls"
    version = "2.28.0"
    package_type = "static-library"

    def package_info(self):
        self.cpp_info.set_property("cmake_file_name", "MbedTLS")
        self.cpp_info.includedirs = []
        for name in "mbedcrypto", "mbedx509", "mbedtls":
            part = self.cpp_info.components[name]
            part.set_property("cmake_target_name", f"MbedTLS::{name}")
            part.includedirs = part.libdirs = part.bindirs = []
            part.system_libs = [name]
        self.cpp_info.components["mbedx509"].requires = ["mbedcrypto"]
        self.cpp_info.components["mbedtls"].requires = ["mbedx509"]
